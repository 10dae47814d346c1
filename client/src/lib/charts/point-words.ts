import { quantity } from '#lib/ui/format.ts';
import { markOf, phaseAt, type ChartPhase, type ChartRule, type ControlPoint, type Mark } from './control-point.ts';
import { pointTime } from './time-axis.ts';

/** “12.4 nm”, “upper sum 1.2, lower sum -0.3”, “no value”. */
export function valueInWords({ value, neg }: ControlPoint, unit: string): string {
  if (value === null) return 'no value';
  return neg === undefined ? quantity(value, unit) : `upper sum ${quantity(value)}, lower sum ${quantity(neg)}`;
}

/** Each rule that a point breaks, in words, with its mark. */
export const verdictsOf = (
  { signals }: ControlPoint,
  rules: readonly ChartRule[],
): { id: string; words: string; mark: Mark }[] =>
  rules.flatMap(({ id, words }, i) => (signals.includes(id) ? [{ id, words, mark: markOf(i) }] : []));

/** The lines at a point, by name; empty while they are not known. */
export const linesOf = ({ center, ucl, lcl }: ControlPoint): { name: string; value: number }[] =>
  [
    { name: 'UCL', value: ucl },
    { name: 'CL', value: center },
    { name: 'LCL', value: lcl },
  ].flatMap(({ name, value }) => (value === null ? [] : [{ name, value }]));

/** How a point stands, where it breaks no rule. */
export function standing(point: ControlPoint, phases: readonly ChartPhase[]): string {
  if (point.excluded !== null) return `Excluded by ${point.excluded.byName}: ${point.excluded.reason}`;
  if (point.value === null) return 'Gap';
  if (point.center === null) return 'Not judged: there are no limits yet';
  const basis = phaseAt(phases, point.index)?.basis ?? null;
  const sets = basis !== null && point.index >= basis.first && point.index <= basis.last;
  return sets ? 'In control, sets the limits' : 'In control';
}

type Words = { unit: string; rules: readonly ChartRule[]; phases: readonly ChartPhase[] };

/** A point in one sentence, for people who hear the chart. */
export function describePoint(point: ControlPoint, { unit, rules, phases }: Words): string {
  const verdicts = verdictsOf(point, rules).map(({ id, words }) => `${id}: ${words}`);
  return [
    `Point ${point.index + 1}`,
    ...(point.label === '' ? [] : [point.label]),
    pointTime(point.at),
    valueInWords(point, unit),
    ...(verdicts.length > 0 ? verdicts : [standing(point, phases)]),
  ].join(', ');
}
