import type { RunEvent } from '@cobench/shared/runs/run-event';
import type { Run } from '@cobench/shared/runs/run';
import type { DomainEvents } from '../../domain-events.ts';
import { Fault } from '../../platform/fault.ts';
import { inTurn } from '../../platform/in-turn.ts';
import type { RunLog, RunRepo } from './run.repo.ts';
import type { Outcome } from './run.rules.ts';

type Deps = { repo: RunRepo; log: RunLog; events: DomainEvents };
type Entry = { orgId: string; runId: string; key: string; at: Date };
type Recorded = { run: Run; events: RunEvent[]; duplicate: boolean };
type Appended = { run: Run; events: RunEvent[] };
/** What is to be said of the run: its outcome, and perhaps who keeps a note of the change. */
type Wanted = {
  outcomeFor: (run: Run) => Outcome;
  /** Appends, together with whatever else must be written; nothing else where it is left out. */
  noting?: (run: Run, append: () => Promise<Appended | null>) => Promise<Appended | null>;
};

/** How often a batch looks again after another process was faster. */
const attempts = 100;

/** The one writer of run histories. */
export function runRecorder({ repo, log, events }: Deps) {
  const turn = inTurn();

  async function store({ orgId, runId, key, at }: Entry, { outcomeFor, noting }: Wanted): Promise<Recorded> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const [known, run] = await Promise.all([log.batch(orgId, runId, key), repo.find(orgId, runId)]);
      if (!run) throw new Fault('resource.missing');
      if (known) return { run, events: known, duplicate: true };
      const outcome = outcomeFor(run);
      const append = () => log.append(orgId, run, { key, at, ...outcome });
      const stored = await (noting ? noting(run, append) : append());
      if (stored) return { ...stored, duplicate: false };
    }
    throw new Fault('edit.conflict');
  }

  return {
    /**
     * Appends to a run's history what `outcomeFor` makes of its present state, and resolves when every listener is done with
     * it. A batch whose key is stored already is not stored again but told again, so that listeners finish what a
     * crash may have interrupted. Batches of one run are taken one after another.
     * @throws what `outcomeFor` throws; Fault `resource.missing` where the run is gone.
     */
    record: (entry: Entry, wanted: Wanted): Promise<Recorded> =>
      turn(entry.runId, async () => {
        const recorded = await store(entry, wanted);
        const { orgId } = entry;
        const { run } = recorded;
        await Promise.all([
          events.publish({ type: 'run.recorded', orgId, run, events: recorded.events }),
          events.publish({ type: 'run.changed', orgId, run }),
        ]);
        return recorded;
      }),
  };
}
