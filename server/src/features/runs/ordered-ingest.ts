import { givenUpAfter, mostSenders, mostWaiting, type RunReceipt } from '@cobench/shared/runs/ingest';
import type { ReportedEvent } from '@cobench/shared/runs/run-event';
import type { Run } from '@cobench/shared/runs/run';
import { hasEnded, waysOn } from '@cobench/shared/runs/life-cycle';
import type { Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault } from '../../platform/fault.ts';
import { inTurn } from '../../platform/in-turn.ts';
import { newId } from '../../platform/new-id.ts';
import type { RunRecorder, Stored } from './run-recorder.ts';
import { Overtaken, type BatchOrder, type Happening, type OrderStep, type RunRepo } from './run.repo.ts';
import {
  afterGivingUp,
  afterItsTurn,
  afterTaking,
  afterTelling,
  afterWaiting,
  missingBefore,
  openGap,
  standingOf,
  waitingSince,
  type SenderState,
} from './sender-state.ts';

/** A batch as it came. */
export type IncomingBatch = { key: string; at: Date; actor: Actor; reports: ReportedEvent[] };
type Numbered = IncomingBatch & { number: number };
type Of = { orgId: string; runId: string; sender: string };
type Deps = {
  repo: Pick<RunRepo, 'find' | 'touch'>;
  order: BatchOrder;
  recorder: RunRecorder;
  clock: Clock;
  /** Judges a batch by the state of its run and stores it. */
  take: (run: Run, batch: IncomingBatch, step: OrderStep) => Promise<Stored>;
};

/** What a sender is answered when everybody is told of what was stored; meanwhile its next batch may be stored. */
type Received = { receipt: RunReceipt; told: Promise<void> | null };

/** How often a batch looks again after another process was faster. */
const attempts = 100;
/** What is said of a batch for good: it would be refused the next time too. */
const refusals: readonly Fault['code'][] = ['state.conflict', 'instrument.locked-out'];
/** So many senders are remembered. */
const mostKnown = 10_000;

/**
 * Takes the batches of senders that number them, in the order of their numbers. One that comes early is on disk and
 * waits; each goes into the history together with the step to the next, so that whatever is cut short goes on with the
 * next batch, or with the sweep.
 */
export function orderedIngest({ repo, order, recorder, clock, take }: Deps) {
  const turn = inTurn();
  /** Senders of whom nothing waits, as they were written last. Where another process has gone on, the next step says so. */
  const known = new Map<string, SenderState>();
  const inOrder = <T>(of: Of, work: () => Promise<T>): Promise<T> =>
    turn(keyOf(of), () => again(work, () => known.delete(keyOf(of))));

  async function receive(of: Of, run: Run, batch: Numbered): Promise<Received> {
    const { number } = batch;
    const found = known.get(keyOf(of)) ?? (await order.find(of.orgId, of.runId, of.sender));
    // What a crash has cut short goes on first: otherwise all that comes would wait behind it.
    const seen = isUnfinished(found) ? await appendWaiting(of, stopWaiting) : found;
    if (seen.version === 0) await requireRoom(of);
    const answer = { lastSeq: run.lastSeq, stored: 0, duplicate: true, missing: missingBefore(seen, number) };
    const standing = standingOf(seen, number);
    switch (standing) {
      case 'in turn':
      case 'late': {
        known.delete(keyOf(of));
        if (ends(run, batch)) await stopWaiting(of);
        const { told, ...taken } = await takeInTurn(of, run, { batch, step: { seen, to: afterTaking(seen, number) } });
        if (seen.waiting.length > 0) {
          await told;
          await appendWaiting(of, stopWaiting);
        } else remember(of, { ...afterTaking(seen, number), version: seen.version + 1 });
        return { receipt: { ...taken, missing: answer.missing }, told };
      }
      case 'waiting':
        return { receipt: answer, told: null };
      case 'stored': {
        // Told again, so that whoever listens finishes what a crash may have interrupted.
        const events = await recorder.retell(of.orgId, of.runId, batch.key);
        const receipt = { ...answer, lastSeq: events?.at(-1)?.seq ?? run.lastSeq, stored: events?.length ?? 0 };
        return { receipt, told: null };
      }
      case 'early':
        known.delete(keyOf(of));
        await letWait(of, { batch, seen });
        return { receipt: { ...answer, duplicate: false }, told: null };
      default:
        return standing satisfies never;
    }
  }

  /** @throws Fault `state.conflict` where the run has as many senders as it may. */
  async function requireRoom({ orgId, runId, sender }: Of): Promise<void> {
    if ((await order.count(orgId, runId)) < mostSenders) return;
    const detail = `A run has at most ${mostSenders} senders, and ${sender} is one more. Number on as one of those before.`;
    throw new Fault('state.conflict', { detail });
  }

  function remember(of: Of, state: SenderState): void {
    if (known.size >= mostKnown) known.clear();
    known.set(keyOf(of), state);
  }

  async function takeInTurn(
    { orgId, runId }: Of,
    run: Run,
    { batch, step }: { batch: IncomingBatch; step: OrderStep },
  ): Promise<Omit<RunReceipt, 'missing'> & Pick<Received, 'told'>> {
    if (batch.reports.length === 0) {
      await order.step(orgId, runId, step);
      return { lastSeq: run.lastSeq, stored: 0, duplicate: false, told: null };
    }
    const { run: now, events, duplicate, told } = await take(run, batch, step);
    // Its key is stored already, under another number or none: the number is used up all the same.
    if (duplicate) await order.step(orgId, runId, step);
    return { lastSeq: events.at(-1)?.seq ?? now.lastSeq, stored: events.length, duplicate, told };
  }

  async function letWait(of: Of, { batch, seen }: { batch: Numbered; seen: SenderState }): Promise<void> {
    const run = await repo.find(of.orgId, of.runId);
    if (!run) throw new Fault('resource.missing');
    if (hasEnded(run.state)) throw new Fault('state.conflict', { detail: waysOn(run.state) });
    if (seen.waiting.length >= mostWaiting) {
      const detail = `Batch ${seen.next} of ${of.sender} is missing, and ${mostWaiting} batches wait for it. Send it first.`;
      throw new Fault('state.conflict', { detail });
    }
    const step = { seen, to: afterWaiting(seen, batch.number, batch.at) };
    await order.wait(of.orgId, of.runId, { ...step, batch });
    await repo.touch(of.orgId, of.runId, batch.at);
  }

  /**
   * Those whose turn it is by now go into the history, one after another. Each is kept until everybody is told of it: its
   * sender has its answer and does not send it again.
   */
  async function appendWaiting(of: Of, beforeEnd: (of: Of) => Promise<void>): Promise<SenderState> {
    const { orgId, runId, sender } = of;
    const told = new Set<number>();
    for (;;) {
      const seen = await order.find(orgId, runId, sender);
      const run = isUnfinished(seen) ? await repo.find(orgId, runId) : null;
      if (!run) return seen;
      for (const number of seen.untold) if (!told.has(number)) await tellAgain(of, number);
      const allTold = afterTelling(seen);
      const number = seen.next;
      const batch = standsNext(seen) ? await order.waiting(orgId, runId, { sender, number }) : null;
      if (!batch) {
        await order.step(orgId, runId, { seen, to: allTold });
        return { ...allTold, version: seen.version + 1 };
      }
      const step = { seen, to: afterItsTurn(allTold) };
      told.add(number);
      if (ends(run, batch)) await beforeEnd(of);
      try {
        await (
          await takeInTurn(of, run, { batch, step })
        ).told;
      } catch (error) {
        if (!(error instanceof Fault && refusals.includes(error.code))) throw error;
        const { detail = error.message } = error;
        const text = `Batch ${number} of ${sender} with ${batch.reports.length} events was not stored. ${detail}`;
        const warning: Happening = { kind: 'log', level: 'warning', text, observedAt: null };
        await note(of, warning, step);
      }
    }
  }

  async function tellAgain({ orgId, runId, sender }: Of, number: number): Promise<void> {
    const batch = await order.waiting(orgId, runId, { sender, number });
    if (batch) await recorder.retell(orgId, runId, batch.key);
  }

  /** Whatever waits goes into the history; what is missing before it, as a gap, where it has been so for long enough. */
  async function giveUp(of: Of, waitingSinceBefore: number, beforeEnd = stopWaiting): Promise<void> {
    for (;;) {
      const seen = await appendWaiting(of, beforeEnd);
      const gap = openGap(seen);
      if (!gap || waitingSince(seen) > waitingSinceBefore) return;
      // A run that is out of sight with its project waits for the project to come back.
      if (!(await repo.find(of.orgId, of.runId))) return;
      await note(
        of,
        { kind: 'gap', sender: of.sender, ...gap, observedAt: null },
        { seen, to: afterGivingUp(seen, gap) },
      );
    }
  }

  /**
   * A sender is about to end the run: what the others have waiting goes into the history before that. Out of their turn,
   * as two that end it would wait for each other; and whoever of them would end it too asks nobody.
   */
  async function stopWaiting({ orgId, runId, sender: ending }: Of): Promise<void> {
    for (const sender of await order.stuckOf(orgId, runId)) {
      const of = { orgId, runId, sender };
      const giveUpAlone = () => giveUp(of, Infinity, () => Promise.resolve());
      if (sender !== ending) await again(giveUpAlone, () => known.delete(keyOf(of)));
    }
  }

  const note = ({ orgId, runId }: Of, happening: Happening, step: OrderStep) =>
    recorder.record(
      { orgId, runId, key: newId(), at: clock() },
      { outcomeFor: () => ({ happenings: [happening], change: {} }), step },
    );

  return {
    /** @throws what storing it throws; Fault `state.conflict` where too many wait already, or the run has too many senders. */
    async receive(of: Of, run: Run, batch: Numbered): Promise<RunReceipt> {
      const { receipt, told } = await inOrder(of, () => receive(of, run, batch));
      await told;
      return receipt;
    },

    /** A person ends the run: nothing is waited for any longer. */
    async waitNoLonger(orgId: string, runId: string): Promise<void> {
      const senders = await order.stuckOf(orgId, runId);
      for (const sender of senders) {
        const of = { orgId, runId, sender };
        await inOrder(of, () => giveUp(of, Infinity));
      }
    },

    /**
     * Goes on with what was cut short, and gives up what has been missing for too long.
     * @throws what went wrong with some of the senders, when all others are served.
     */
    async sweep(): Promise<void> {
      const wrong: unknown[] = [];
      for await (const of of order.stuck()) {
        const givenUp = inOrder(of, () => giveUp(of, clock().getTime() - givenUpAfter));
        await givenUp.catch((error: unknown) => wrong.push(error));
      }
      if (wrong.length > 0) throw new AggregateError(wrong, `${wrong.length} senders of batches were not served`);
    },
  };
}

const standsNext = ({ next, waiting }: SenderState): boolean => waiting[0]?.number === next;

/** Whether a batch ends the run, as far as its first and its last event say. */
function ends({ state }: Run, { reports }: IncomingBatch): boolean {
  const [first, last] = [reports[0], reports.at(-1)];
  const starts = first?.kind === 'state' && first.state === 'running';
  return state === 'running' && !starts && last?.kind === 'state' && hasEnded(last.state);
}

const isUnfinished = (state: SenderState): boolean => standsNext(state) || state.untold.length > 0;

const keyOf = ({ runId, sender }: Of): string => `${runId}/${sender}`;

async function again<T>(work: () => Promise<T>, forget: () => void): Promise<T> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error;
      forget();
    }
  }
  throw new Fault('edit.conflict');
}
