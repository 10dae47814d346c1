import type { LogLevel, ReportedEvent } from '../runs/run-event.ts';
import type { StepTurn } from '../runs/step.ts';
import { delivery, type Trouble } from './delivery.ts';
import { Intake } from './intake.ts';
import { reports, type NewResult } from './reports.ts';
import { Sequence } from './sequence.ts';
import { IngestRefused, type Batch, type Transport } from './transport.ts';
import type { World } from './world.ts';

export type IngestOptions = {
  /** The most events of one batch (default 200). */
  batchSize?: number;
  /** How long (milliseconds) an event waits for others before its batch goes out (default 250). */
  gatherMs?: number;
  /**
   * How many batches are under way at once (default 1). With more, over a slow line, the server puts their order right,
   * except where one is missing for more than a minute.
   */
  atOnce?: number;
  /** The most events held in memory (default 10,000): beyond it `report` waits. */
  mostEvents?: number;
  /** The most reports that wait at a time (default 1,000): beyond it `report` rejects with IngestOverflow. */
  mostWaiting?: number;
  /** The longest wait (milliseconds, default 10,000) between two attempts, unless the server asks for a longer one. */
  longestWaitMs?: number;
  /** How often (milliseconds) the server hears that the instrument is alive where nothing is reported (default 10,000). */
  heartbeatMs?: number;
  /** The server takes nothing more: nothing is sent from then on, and whatever waits is rejected with the same. */
  onrefused?: (refusal: IngestRefused) => void;
  /** A batch has to be sent again; told each time. */
  ontrouble?: (trouble: Trouble) => void;
};
type Deps = {
  transport: Transport;
  world: World;
  /** The name of this client among all that ever report to the run. */
  sender: string;
};

export type IngestClient = ReturnType<typeof ingestClient>;

/** So many batches may be ahead of one that is not stored: fewer than the server lets wait for it. */
const mostAhead = 32;

/**
 * Brings what an instrument sees into a run: collects events into numbered batches, sends each until it is stored, and says
 * that the instrument is alive. No event is lost while the program lives, none is stored twice, and their order stays.
 * Wait for each report: that is what slows a program down which measures faster than the network carries.
 */
export function ingestClient({ transport, world, sender }: Deps, options: IngestOptions = {}) {
  const { batchSize = 200, gatherMs = 250, atOnce = 1, heartbeatMs = 10_000, longestWaitMs = 10_000 } = options;
  const { mostEvents: most = 10_000, mostWaiting = 1000, onrefused, ontrouble = () => undefined } = options;
  const intake = new Intake({ most, mostWaiting });
  const stored = new Sequence();
  const say = reports(() => new Date(world.now()).toISOString());
  const { deliver, end: stopDelivery } = delivery({ transport, world, longestWaitMs, ontrouble });
  let over: IngestRefused | null = null;
  let [cut, underWay, heartbeats, hurries] = [0, 0, 0, 0];
  /** The oldest event has waited for others long enough. */
  let isDue = false;
  let stopGathering: (() => void) | null = null;
  let stopBeating: (() => void) | null = null;

  async function report(event: ReportedEvent): Promise<void> {
    if (over) throw over;
    const taken = intake.add(event);
    pump();
    await taken;
  }

  /** Sends what may be sent, and sees to it that the rest is sent in time. */
  function pump(): void {
    if (over) return;
    while (underWay < atOnce && cut - stored.batches < mostAhead && isReady()) void bring(intake.take(batchSize));
    if (intake.pending === 0) isDue = false;
    if (intake.pending === 0 || isDue || stopGathering) return;
    stopGathering = world.after(gatherMs, () => {
      stopGathering = null;
      isDue = true;
      pump();
    });
  }

  const isReady = (): boolean => intake.pending >= batchSize || (intake.pending > 0 && (isDue || hurries > 0));

  async function bring(events: ReportedEvent[]): Promise<void> {
    const number = ++cut;
    underWay++;
    try {
      await deliver({ batch: `${sender}:${number}`, sender, number, events });
      stored.add(number, events.length);
      intake.stored(events.length);
      beatLater();
    } catch (error) {
      giveUp(error);
    }
    underWay--;
    pump();
  }

  /** From the first stored event on, and while nothing else tells that the instrument is alive. */
  function beatLater(): void {
    stopBeating?.();
    if (over) return;
    stopBeating = world.after(heartbeatMs, () => void beat().catch(giveUp));
  }

  async function beat(): Promise<void> {
    stopBeating = null;
    if (underWay === 0) await deliver(heartbeat());
    if (!stopBeating) beatLater();
  }

  const heartbeat = (): Batch => ({ batch: `${sender}:alive-${++heartbeats}`, events: [] });

  function giveUp(error: unknown): void {
    if (over) return;
    const refusal = error instanceof IngestRefused ? error : failed(error);
    end(refusal);
    onrefused?.(refusal);
  }

  function end(reason: IngestRefused): void {
    over = reason;
    stopGathering?.();
    stopBeating?.();
    intake.giveUp(reason);
    stored.giveUp(reason);
    stopDelivery(reason);
  }

  /** Resolves when all that was reported until now is stored. @throws IngestRefused */
  async function flush(): Promise<void> {
    if (over) throw over;
    hurries++;
    pump();
    try {
      await stored.reaches(intake.reported);
    } finally {
      hurries--;
    }
  }

  /** Lets go of the connection and of what is not stored; `flush` first to keep it. */
  function close(): void {
    if (!over) end(new IngestRefused({ status: 0, title: 'The client was closed.' }));
  }

  return {
    /**
     * Takes one event. Resolves when there is room for it, at once while the network keeps up.
     * @throws IngestRefused where the server takes nothing more, IngestOverflow where too many reports wait already.
     */
    report,
    /** @throws RangeError also, where the value is not finite. */
    metric: async (name: string, value: number, unit = ''): Promise<void> => report(say.metric(name, value, unit)),
    progress: (fraction: number): Promise<void> => report(say.progress(fraction)),
    log: (level: LogLevel, text: string): Promise<void> => report(say.log(level, text)),
    step: (name: string, turn: StepTurn): Promise<void> => report(say.step(name, turn)),
    result: (result: NewResult): Promise<void> => report(say.result(result)),
    flush,
    close,

    /** Starts the run, which must be pending or queued; resolves when that is stored. @throws IngestRefused */
    async start(): Promise<void> {
      await report(say.state('running'));
      await flush();
    },

    /** Ends the run, after all that was reported, and closes; resolves when that is stored. @throws IngestRefused */
    async finish(outcome: 'completed' | 'failed' = 'completed', reason = ''): Promise<void> {
      await report(say.state(outcome, reason));
      await flush();
      close();
    },

    /** Whether the run takes events now: it was started, and has not ended. @throws IngestRefused for any other refusal. */
    async isRunning(): Promise<boolean> {
      if (over) throw over;
      try {
        await deliver(heartbeat());
        beatLater();
        return true;
      } catch (error) {
        if (error instanceof IngestRefused && error.problem.status === 409) return false;
        throw error;
      }
    },
  };
}

const failed = (error: unknown): IngestRefused =>
  new IngestRefused({ status: 0, title: error instanceof Error ? error.message : String(error) });
