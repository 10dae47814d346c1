import { longestBatch } from '@cobench/shared/runs/ingest';
import { hasEnded } from '@cobench/shared/runs/life-cycle';
import type { RunEvent } from '@cobench/shared/runs/run-event';
import type { Run } from '@cobench/shared/runs/run';
import type { DomainEvents } from '../../domain-events.ts';
import { Fault } from '../../platform/fault.ts';
import { gathering } from '../../platform/gathering.ts';
import { inTurn } from '../../platform/in-turn.ts';
import type { OrderStep, RunLog, RunRepo } from './run.repo.ts';
import type { Outcome } from './run.rules.ts';

type Deps = { repo: RunRepo; log: RunLog; events: DomainEvents };
export type RunEntry = { orgId: string; runId: string; key: string; at: Date };
export type Recorded = { run: Run; events: RunEvent[]; duplicate: boolean };
/** `told` resolves when every listener is done with it, and rejects with the failure of one. */
export type Stored = Recorded & { told: Promise<void> };
type Appended = { run: Run; events: RunEvent[] };
type Telling = Appended & { orgId: string; resolve: () => void; reject: (error: unknown) => void };
/** What is to be said of the run: its outcome, and perhaps who keeps a note of the change. */
type Wanted = {
  /** Asked within the transaction that writes what it says. */
  outcomeFor: (run: Run) => Outcome | Promise<Outcome>;
  /** Where the batch is one of a sender that numbers them. */
  step?: OrderStep | undefined;
  /** The run as it was a moment ago: where it still is so, nothing is read before the batch is written. */
  seen?: Run | undefined;
  /** Appends, together with whatever else must be written; nothing else where it is left out. */
  noting?: (run: Run, append: () => Promise<Appended | null>) => Promise<Appended | null>;
};

/** How often a batch looks again after another process was faster. */
const attempts = 100;
/** So many runs are remembered as they were written last. */
const mostRemembered = 1000;

export type RunRecorder = ReturnType<typeof runRecorder>;

/** The one writer of run histories. */
export function runRecorder({ repo, log, events }: Deps) {
  const storing = inTurn();
  const addTelling = gathering<Telling>({
    nextOf: nextToTell,
    settle: async (_runId, jobs) => {
      const newest = jobs.at(-1);
      if (!newest) return;
      const { orgId, run } = newest;
      const recorded = jobs.flatMap(({ events: some }) => some);
      await Promise.all([
        events.publish({ type: 'run.recorded', orgId, run, events: recorded }),
        events.publish({ type: 'run.changed', orgId, run }),
      ]);
      for (const { resolve } of jobs) resolve();
    },
    fail: ({ reject }, error) => reject(error),
  });
  /** Runs as they were written last, the newest at the end. */
  const recent = new Map<string, { orgId: string; run: Run }>();

  function remember(orgId: string, run: Run): void {
    recent.delete(run.id);
    if (!hasEnded(run.state)) recent.set(run.id, { orgId, run });
    for (const id of recent.keys()) if (recent.size > mostRemembered) recent.delete(id);
  }

  events.on('project.deleted', ({ id }) => {
    for (const { run } of recent.values()) if (run.projectId === id) recent.delete(run.id);
  });

  function lastWritten(orgId: string, runId: string): Run | null {
    const last = recent.get(runId);
    return last?.orgId === orgId ? last.run : null;
  }

  async function store(entry: RunEntry, { outcomeFor, noting, step, seen }: Wanted): Promise<Recorded> {
    const { orgId, runId, key, at } = entry;
    const appendTo = async (run: Run) => log.append(orgId, run, { key, at, step, ...(await outcomeFor(run)) });
    const early = seen && !noting ? await appendUnread(orgId, seen, appendTo) : null;
    if (early) return { ...early, duplicate: false };
    for (let attempt = 0; attempt < attempts; attempt++) {
      // One after the other: a run that was read after its key may have ended with this very batch in another process.
      const run = await repo.find(orgId, runId);
      if (!run) throw new Fault('resource.missing');
      const known = await log.batch(orgId, runId, key);
      if (known) return { run: (await repo.find(orgId, runId)) ?? run, events: known, duplicate: true };
      const append = () => appendTo(run);
      const stored = await (noting ? noting(run, append) : append());
      if (stored) return { ...stored, duplicate: false };
    }
    throw new Fault('edit.conflict');
  }

  /** Null where the run is not as it was seen, or a batch with this key is there: then both are read. */
  async function appendUnread(
    orgId: string,
    seen: Run,
    appendTo: (run: Run) => Promise<Appended | null>,
  ): Promise<Appended | null> {
    const last = lastWritten(orgId, seen.id);
    try {
      return await appendTo(last && last.version > seen.version ? last : seen);
    } catch (error) {
      if (error instanceof Fault) return null;
      throw error;
    }
  }

  /** In the order in which this is called for a run. What waits while others are told is told together. */
  function tell(orgId: string, appended: Appended): Promise<void> {
    const told = new Promise<void>((resolve, reject) => {
      addTelling(appended.run.id, { ...appended, orgId, resolve, reject });
    });
    // Whoever waits for it hears of a failure.
    told.catch(() => undefined);
    return told;
  }

  /** Stores when it is the run's turn; the next may store while this one is told. */
  const storeInTurn = (entry: RunEntry, wanted: Wanted): Promise<Stored> =>
    storing(entry.runId, async () => {
      const recorded = await store(entry, wanted);
      remember(entry.orgId, recorded.run);
      return { ...recorded, told: tell(entry.orgId, recorded) };
    });

  return {
    /**
     * A run as it was written last here; another process may have changed it since, or its project may be gone. Only to
     * write what is refused where it is not so any more. Null where that is not remembered.
     */
    lastWritten,

    /**
     * Appends to a run's history what `outcomeFor` makes of its present state, and resolves when it is stored. A batch
     * whose key is stored already is not stored again but told again, so that listeners finish what a crash may have
     * interrupted. Batches of one run are stored one after another, and told in that order.
     * @throws what `outcomeFor` throws; Fault `resource.missing` where the run is gone.
     */
    store: storeInTurn,

    /** The same; resolves when every listener is done with it. */
    async record(entry: RunEntry, wanted: Wanted): Promise<Recorded> {
      const { told, ...recorded } = await storeInTurn(entry, wanted);
      await told;
      return recorded;
    },

    /** Tells a stored batch again; null where there is none with this key. */
    async retell(orgId: string, runId: string, key: string): Promise<RunEvent[] | null> {
      const { stored, told } = await storing(runId, async () => {
        const [stored, run] = await Promise.all([log.batch(orgId, runId, key), repo.find(orgId, runId)]);
        return { stored, told: stored && run && tell(orgId, { run, events: stored }) };
      });
      await told;
      return stored;
    },
  };
}

/** The longest waiting, and what follows it without a gap: together no more than a batch may bring. */
function nextToTell(waiting: Telling[]): Telling[] {
  let [count, next] = [0, waiting[0]?.events[0]?.seq];
  const end = waiting.findIndex(({ events }) => {
    count += events.length;
    const follows = events[0]?.seq === next && count <= longestBatch;
    next = Number(events.at(-1)?.seq) + 1;
    return !follows;
  });
  return waiting.splice(0, end === -1 ? waiting.length : Math.max(1, end));
}
