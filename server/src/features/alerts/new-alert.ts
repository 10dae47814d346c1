import type { ActionPlan } from '@cobench/shared/alerts/action-plan';
import type { Alert, AlertLimits } from '@cobench/shared/alerts/alert';

/** What signalled, and where. */
export type Signal = {
  id: string;
  series: { id: string; name: string; projectId: string; unit: string; plan: ActionPlan };
  /** Of the series, or else of the run of the point. */
  instrumentId: string | null;
  rule: { id: string; title: string };
  side: Alert['side'];
  phase: { start: number; limitsVersion: number };
  point: { index: number; value: number | null; lines: AlertLimits };
  run: { id: string; name: string } | null;
  /** Server time, also where the point is an old one: how long nobody has acknowledged it is counted from here. */
  at: string;
};

/** The alert that a signal opens, where it does not go on with one that is open. */
export function newAlert({ id, series, instrumentId, rule, side, phase, point, run, at }: Signal): Alert {
  const { index, value, lines } = point;
  return {
    id,
    seriesId: series.id,
    seriesName: series.name,
    projectId: series.projectId,
    instrumentId,
    unit: series.unit,
    rule: rule.id,
    ruleTitle: rule.title,
    side,
    phaseStart: phase.start,
    limitsVersion: phase.limitsVersion,
    firstIndex: index,
    lastIndex: index,
    signals: 1,
    value,
    limits: lines,
    runId: run?.id ?? null,
    runName: run?.name ?? '',
    openedAt: at,
    lastAt: at,
    state: 'open',
    acknowledgements: [],
    action: null,
    closed: null,
    snoozed: null,
    reopenings: 0,
    escalation: 0,
    escalatedAt: null,
    withdrawn: null,
    holds: holdsBy(series.plan, { rule: rule.id, instrumentId }),
    acts: [{ at, byName: 'Cobench', act: 'opened', text: `Point ${index + 1} signalled ${rule.id}.` }],
    revision: 0,
    version: 0,
  };
}

/** Whether an alert that is not closed keeps runs from starting on its instrument. */
export const holdsBy = (
  { holdRules }: ActionPlan,
  { rule, instrumentId }: Pick<Alert, 'rule' | 'instrumentId'>,
): boolean => instrumentId !== null && holdRules.includes(rule);
