import type { Alert } from '@cobench/shared/series/alert';
import type { ControlLimits } from '@cobench/shared/series/series';
import { ruleSets, type Rule } from '@cobench/shared/spc/rules';
import type { ChartRule } from '#lib/charts/control-point.ts';
import { quantity, timeOfDay } from '#lib/ui/format.ts';

const rules: readonly Rule<Alert['rule']>[] = ruleSets['western-electric'];

/** All rules, in the order that gives each its mark in every chart. */
export const chartRules: readonly ChartRule[] = rules.map(({ id, title }) => ({ id, words: title }));

export const ruleOf = (id: Alert['rule']): Rule<Alert['rule']> | undefined => rules.find((rule) => rule.id === id);

/** “One point beyond 3 sigma, above: 12.4 nm”. */
export const headline = ({ rule, side, value, unit }: Alert): string =>
  `${ruleOf(rule)?.title ?? rule}, ${side}: ${quantity(value, unit)}`;

/** “Yuki Tanaka acknowledged it first, at 14:03.” */
export const acknowledgement = ({ acknowledgedByName, acknowledgedAt }: Alert): string =>
  acknowledgedAt === null
    ? ''
    : `${acknowledgedByName ?? 'Somebody'} acknowledged it first, at ${timeOfDay(acknowledgedAt)}.`;

/** “Limits 9.2 to 11.8 nm around 10.5 nm”. */
export const linesInWords = ({ center, ucl, lcl }: ControlLimits, unit: string): string =>
  `Limits ${quantity(lcl)} to ${quantity(ucl, unit)} around ${quantity(center, unit)}`;

/** The first and the last point that the alert is about, counted from 0: the window that led to it belongs to it. */
export function pointsOf(alert: Alert): { first: number; last: number } {
  const window = ruleOf(alert.rule)?.window ?? 1;
  return { first: Math.max(0, alert.firstIndex - window + 1), last: alert.lastIndex };
}

/** Why the alert was raised, in sentences. */
export function explanation(alert: Alert): string[] {
  const rule = ruleOf(alert.rule);
  const { first, last } = pointsOf(alert);
  const line = lineOf(alert, rule?.zone ?? 3);
  const points = first === last ? `Point ${last + 1}` : `Points ${first + 1} to ${last + 1}`;
  const asked =
    rule === undefined || rule.window === 1
      ? `A single point ${alert.side} the line is enough.`
      : `${rule.count} of ${rule.window} points in a row ${alert.side} the line are enough; each further one belongs to the same alert.`;
  return [
    `Rule ${alert.rule}: ${rule?.title ?? alert.rule}.`,
    `The line here is ${line}. ${asked}`,
    `${points} led to it; ${alert.signals === 1 ? 'one of them signalled' : `${alert.signals} of them signalled`}, the first with ${quantity(alert.value, alert.unit)}.`,
    `${linesInWords(alert.limits, alert.unit)}; sigma is ${quantity(alert.limits.sigma, alert.unit)}.`,
  ];
}

function lineOf({ side, limits, unit }: Alert, zone: Rule['zone']): string {
  if (zone === 0) return `the centre line at ${quantity(limits.center, unit)}`;
  if (zone === 3) {
    return side === 'above'
      ? `the upper limit at ${quantity(limits.ucl, unit)}`
      : `the lower limit at ${quantity(limits.lcl, unit)}`;
  }
  const value = limits.center + (side === 'above' ? zone : -zone) * limits.sigma;
  return `${zone} sigma ${side} the centre, at ${quantity(value, unit)}`;
}
