import { chartTimeOf } from '@cobench/shared/runs/chart-time';
import { hasEnded } from '@cobench/shared/runs/life-cycle';
import type { RunEvent } from '@cobench/shared/runs/run-event';
import type { Run } from '@cobench/shared/runs/run';
import type { DomainEvents } from '../../domain-events.ts';
import type { Fed, SpcRepo } from './series.repo.ts';
import type { Measured } from './subgroups.ts';

type Deps = { repo: Pick<SpcRepo, 'series'>; events: DomainEvents };

/** For so long (milliseconds) another process may have made a series that is not known here. */
const goodFor = 1000;
/** So many projects are remembered. */
const mostProjects = 1000;

/**
 * Which series are fed in a project: asked for once a second at most, for most batches feed none. What changes in this
 * process is known at once.
 */
export function fedSeries({ repo, events }: Deps): (orgId: string, projectId: string) => Promise<readonly Fed[]> {
  const known = new Map<string, { askedAt: number; fed: Promise<readonly Fed[]>; ids: ReadonlySet<string> }>();

  events.on('series.changed', ({ series: { id, projectId, archived } }) => {
    // One that grows is fed as before.
    if (known.get(projectId)?.ids.has(id) === (archived !== null)) known.delete(projectId);
  });
  events.on('project.deleted', ({ id }) => void known.delete(id));
  events.on('project.changed', ({ project }) => void known.delete(project.id));

  return async (orgId, projectId) => {
    const now = performance.now();
    const last = known.get(projectId);
    if (last && now - last.askedAt < goodFor) return last.fed;
    if (known.size >= mostProjects) known.clear();
    const fed = repo.series.fedIn(orgId, projectId);
    const asked = { askedAt: now, fed, ids: new Set<string>() };
    known.set(projectId, asked);
    try {
      asked.ids = new Set((await fed).map(({ id }) => id));
    } catch (error) {
      known.delete(projectId);
      throw error;
    }
    return fed;
  };
}

/** Whether events of a run may concern any series at all. */
export const mayFeed = (events: readonly RunEvent[]): boolean =>
  events.some(({ kind }) => kind === 'metric' || kind === 'result' || kind === 'state');

/** Whether a series takes what this run measures. */
export function isFedBy({ source }: Fed, run: Run): boolean {
  if (source.from === 'points') return false;
  if (source.instrumentId !== null && source.instrumentId !== run.instrumentId) return false;
  return source.from !== 'metric' || source.runId === null || source.runId === run.id;
}

/** What events of a run that feeds a series bring to it: measurements, and whether the run has ended. */
export function feedOf(
  { source, subgrouping, chart }: Fed,
  run: Run,
  events: readonly RunEvent[],
): { measured: Measured[]; endedRun: string | undefined } {
  if (source.from === 'points') return none;
  const { id, name, instrumentId } = run;
  const ends = events.some((event) => event.kind === 'state' && hasEnded(event.state));
  const late = hasEnded(run.state) && !ends;
  const measured = events.flatMap((event): Measured[] => {
    const value = valueIn(source, event);
    if (value === null) return [];
    const { seq } = event;
    // A tool whose clock is wrong keeps no subgroup open until its time has come.
    const at = new Date(chartTimeOf(event)).toISOString();
    const from = `${id}:${seq}`;
    const by = { run: { id, name, instrumentId }, late };
    return [{ items: [value], size: chart.sampleSize, at, from, ...by, label: '' }];
  });
  return { measured, endedRun: ends && subgrouping.by === 'run' ? id : undefined };
}

const none = { measured: [], endedRun: undefined };

/** Results that are words, or yes and no, are not measured. */
function valueIn(source: Exclude<Fed['source'], { from: 'points' }>, event: RunEvent): number | null {
  if (source.from === 'metric') return event.kind === 'metric' && event.name === source.metric ? event.value : null;
  if (event.kind !== 'result' || event.result.name !== source.name) return null;
  return typeof event.result.value === 'number' ? event.result.value : null;
}
