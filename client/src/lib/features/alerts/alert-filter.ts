import type { Alert, AlertState } from '@cobench/shared/alerts/alert';
import { isActive } from '@cobench/shared/alerts/life-of-alert';

/** What the inbox shows: what asks for somebody, one state of that, what keeps quiet, what is over, or everything. */
export const shows = ['active', 'open', 'acknowledged', 'in-action', 'snoozed', 'closed', 'all'] as const;
export type Show = (typeof shows)[number];
export const groupings = ['age', 'escalation', 'series'] as const;
export type Grouping = (typeof groupings)[number];

/** Which alerts the inbox shows; null: any. `ownerId` is whoever works on them. */
export type InboxFilter = {
  show: Show;
  projectId: string | null;
  instrumentId: string | null;
  ownerId: string | null;
  q: string;
};

export const showIn = (parameter: string | null): Show => shows.find((show) => show === parameter) ?? 'active';
export const groupingIn = (parameter: string | null): Grouping =>
  groupings.find((grouping) => grouping === parameter) ?? 'age';

/** Whether an alert is among those that the filter lets through; the server judges in the same way. */
export function belongs(alert: Alert, filter: InboxFilter): boolean {
  const { show, projectId, instrumentId, ownerId, q } = filter;
  return (
    isShown(alert, show) &&
    (projectId === null || alert.projectId === projectId) &&
    (instrumentId === null || alert.instrumentId === instrumentId) &&
    (ownerId === null || alert.action?.ownerId === ownerId) &&
    holds(alert, q)
  );
}

/** What the server is asked for. */
export function queryOf({ show, projectId, instrumentId, ownerId, q }: InboxFilter) {
  return {
    ...askedOf(show),
    projectId: projectId ?? undefined,
    instrumentId: instrumentId ?? undefined,
    ownerId: ownerId ?? undefined,
    q: q === '' ? undefined : q,
  };
}

/** Whether anything is left out besides other projects and what does not ask for anybody. */
export const isNarrowed = ({ instrumentId, ownerId, q }: InboxFilter): boolean =>
  instrumentId !== null || ownerId !== null || q !== '';

function askedOf(show: Show): { state?: AlertState; active?: 'true'; snoozed?: 'true' } {
  switch (show) {
    case 'all':
      return {};
    case 'active':
      return { active: 'true' };
    case 'snoozed':
      return { snoozed: 'true' };
    case 'closed':
      return { state: show };
    case 'open':
    case 'acknowledged':
    case 'in-action':
      return { state: show, active: 'true' };
    default:
      return show satisfies never;
  }
}

function isShown(alert: Alert, show: Show): boolean {
  switch (show) {
    case 'all':
      return true;
    case 'active':
      return isActive(alert);
    case 'snoozed':
      return alert.snoozed !== null && alert.state !== 'closed' && alert.withdrawn === null;
    case 'closed':
      return alert.state === 'closed';
    case 'open':
    case 'acknowledged':
    case 'in-action':
      return alert.state === show && isActive(alert);
    default:
      return show satisfies never;
  }
}

const holds = ({ seriesName, ruleTitle, rule, runName }: Alert, q: string): boolean =>
  [seriesName, ruleTitle, rule, runName].some((text) => text.toLocaleLowerCase().includes(q.toLocaleLowerCase()));
