import { basisOf } from '@cobench/shared/series/limits';
import type { SeriesPoint } from '@cobench/shared/series/point';
import type { Series } from '@cobench/shared/series/series';
import type { ChartPhase, ChartRule, ControlPoint } from '#lib/charts/control-point.ts';

/** A point as charts know it. */
export const controlPoint = ({ at, rules, ...point }: SeriesPoint): ControlPoint => ({
  ...point,
  at: Date.parse(at),
  signals: rules,
});

/** The phases of a series as charts know them, each with the points that set its limits. */
export const chartPhases = ({ phases, pointCount }: Pick<Series, 'phases' | 'pointCount'>): ChartPhase[] =>
  phases.map((phase, i) => {
    const next = phases[i + 1];
    const basis = basisOf(phase, { end: next?.start ?? pointCount, over: next !== undefined });
    return { start: phase.start, name: phase.name, basis };
  });

/** The rules of all phases, those of the newest phase first: their order gives each its mark. */
export function chartRules({ phases }: Pick<Series, 'phases'>): ChartRule[] {
  const rules = phases.toReversed().flatMap((phase) => phase.rules);
  return rules
    .filter(({ id }, i) => rules.findIndex((other) => other.id === id) === i)
    .map(({ id, title }) => ({ id, words: title }));
}
