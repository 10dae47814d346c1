import type { CalibrationDue } from '@cobench/shared/calibrations/endpoints';
import type { Instrument } from '@cobench/shared/instruments/instrument';
import {
  lockOutWords,
  wallAlertOf,
  wallKeepsEndedFor,
  wallRunOf,
  type Wall,
  type WallInstrument,
} from '@cobench/shared/kiosks/wall';
import type { Page } from '@cobench/shared/page';
import type { Project } from '@cobench/shared/projects/project';
import { hasEnded, runStates, type RunState } from '@cobench/shared/runs/life-cycle';
import type { Run } from '@cobench/shared/runs/run';
import type { Alert } from '@cobench/shared/alerts/alert';
import type { Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault } from '../../platform/fault.ts';

/** The most runs of one state, and the most alerts. */
const [mostRuns, mostAlerts] = [100, 50];
const mostInstruments = 50;

/** Where a wall reads: the same services that answer over HTTP, so the same rights. */
export type WallSources = {
  projects: { get(actor: Actor, ref: { id: string }): Promise<Project> };
  runs: { list(actor: Actor, query: { state: RunState[]; limit: number }): Promise<Page<Run>> };
  alerts: { list(actor: Actor, query: { state: ['open']; active: true; limit: number }): Promise<Page<Alert>> };
  instruments: { list(actor: Actor, query: InstrumentQuery): Promise<Page<Instrument>> };
  calibrations: { due(actor: Actor, query: { within: number; limit: number }): Promise<Page<CalibrationDue>> };
};
type InstrumentQuery = { state: 'down' | 'maintenance'; show: 'in-use'; limit: number };
type Content = Pick<Wall, 'projects' | 'runs' | 'alerts' | 'instruments'>;

/** What is to be seen on a wall, for whoever may see that. */
export function wallContent({
  projects,
  runs,
  alerts,
  instruments,
  calibrations,
  clock,
}: WallSources & { clock: Clock }) {
  async function runsFor(actor: Actor): Promise<Run[]> {
    const pages = await Promise.all(runStates.map((state) => runs.list(actor, { state: [state], limit: mostRuns })));
    const longAgo = clock().getTime() - wallKeepsEndedFor;
    const isOfNow = ({ state, finishedAt }: Run) => !hasEnded(state) || Date.parse(finishedAt ?? '') > longAgo;
    return pages.flatMap(({ items }) => items.filter(isOfNow));
  }

  /** The tools that cannot be used, by their own state or by their calibration. */
  async function toolsFor(actor: Actor): Promise<WallInstrument[]> {
    const limit = mostInstruments;
    const [down, maintained, due] = await Promise.all([
      instruments.list(actor, { state: 'down', show: 'in-use', limit }),
      instruments.list(actor, { state: 'maintenance', show: 'in-use', limit }),
      calibrations.due(actor, { within: 0, limit }),
    ]);
    const byState = [...down.items, ...maintained.items].flatMap(({ id, name, state }) =>
      state === 'up' ? [] : [{ id, name, why: lockOutWords[state] }],
    );
    const lockedOut = due.items.flatMap(({ instrumentId: id, instrumentName: name, lockOut }) =>
      lockOut === null ? [] : [{ id, name, why: lockOutWords[lockOut.cause] }],
    );
    return [...byState, ...lockedOut.filter(({ id }) => !byState.some((tool) => tool.id === id))];
  }

  async function namesOf(actor: Actor, ids: readonly string[]): Promise<Pick<Project, 'id' | 'name'>[]> {
    const found = await Promise.all(ids.map((id) => projects.get(actor, { id }).catch(unlessMissing)));
    return found.filter((project) => project !== null);
  }

  return async (actor: Actor, chosen: readonly string[] | null): Promise<Content> => {
    const [named, inSight, open, tools] = await Promise.all([
      chosen && namesOf(actor, chosen),
      runsFor(actor),
      alerts.list(actor, { state: ['open'], active: true, limit: mostAlerts }),
      toolsFor(actor),
    ]);
    return { projects: named, runs: inSight.map(wallRunOf), alerts: open.items.map(wallAlertOf), instruments: tools };
  };
}

function unlessMissing(error: unknown): null {
  if (error instanceof Fault && error.code === 'resource.missing') return null;
  throw error;
}
