import type { CalibrationImpact } from '@cobench/shared/calibrations/endpoints';
import type { Doubt } from '@cobench/shared/calibrations/doubt';
import type { Page } from '@cobench/shared/page';
import type { Run } from '@cobench/shared/runs/run';
import { authorize, type Actor, type Scope } from '../../platform/access.ts';
import type { CalibrationPage, CalibrationRepo } from './calibration.repo.ts';

type Span = CalibrationPage & { instrumentId: string; since: Date; until: Date | null };
export type ImpactDeps = {
  repo: CalibrationRepo;
  /** The runs that were started on an instrument in a span of time, oldest first; without an end until now. */
  startedOn(scope: Scope, span: Span): Promise<Page<Run>>;
};
type DoubtsOf = (orgId: string, instrumentId: string) => Promise<(Doubt & { reason: string })[]>;

/** The runs that a certificate puts in doubt, of the projects that the actor sees. */
export function calibrationImpact({ repo, startedOn }: ImpactDeps, doubtsOf: DoubtsOf) {
  return async (actor: Actor, { id, ...page }: CalibrationPage & { id: string }): Promise<CalibrationImpact> => {
    const { instrumentId } = await authorize(actor, 'calibration.read', (orgId) => repo.find(orgId, id));
    const doubt = (await doubtsOf(actor.orgId, instrumentId)).find(({ calibrationId }) => calibrationId === id);
    if (!doubt) return { doubt: null, items: [], nextCursor: null };
    const { since, until, reason } = doubt;
    const span = { instrumentId, since: new Date(since), until: until === null ? null : new Date(until) };
    return { ...(await startedOn(actor, { ...span, ...page })), doubt: { since, until, reason } };
  };
}
