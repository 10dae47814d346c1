import { isDeepStrictEqual } from 'node:util';
import type { Alert } from '@cobench/shared/alerts/alert';
import { itemOf, optionsOf } from '@cobench/shared/series/judge-points';
import type { SeriesPoint } from '@cobench/shared/series/point';
import type { Series } from '@cobench/shared/series/series';
import { computeLimits, evaluateRules, sideOfSignal, type Rule } from '@cobench/shared/spc/index';

/** A chart as it is stored, and the measurements that were sent to it, by run (null: by no run) in their order. */
export type SeriesOutcome = {
  series: Series;
  sent: ReadonlyMap<string | null, readonly number[]>;
  points: readonly SeriesPoint[];
  alerts: readonly Alert[];
};

/** What a tool measured in a run, and what its history has; a gap there lets batches change places ([IN4]). */
export type RunOutcome = {
  tool: string;
  runId: string;
  measured: readonly number[];
  recorded: readonly number[];
  gaps: number;
};

export function problemsOfRun({ tool, measured, recorded, gaps }: RunOutcome): string[] {
  const rising = (values: readonly number[]) => values.toSorted((a, b) => a - b);
  if (!isDeepStrictEqual(rising(measured), rising(recorded))) return [`${tool}: its run lost or doubled measurements`];
  return gaps > 0 || isDeepStrictEqual(measured, recorded) ? [] : [`${tool}: its run has another order`];
}

export const sentBy = (runId: string | null, values: readonly number[]): SeriesOutcome['sent'] =>
  new Map([[runId, values]]);

/**
 * Whatever of a chart was lost, doubled or out of order, and every verdict and alert that is not what the engine says of all
 * stored points at once. In words, none where all is well.
 */
export function problemsOfSeries({ series, sent, points, alerts }: SeriesOutcome): string[] {
  const total = (lists: Iterable<readonly unknown[]>): number =>
    [...lists].reduce((sum, { length }) => sum + length, 0);
  const stored = Map.groupBy(points, ({ runId }) => runId);
  const kept = new Map([...stored].map(([runId, those]) => [runId, those.flatMap(({ items }) => items)]));
  const [were, are] = [total(sent.values()), total(kept.values())];
  const expected = judgedAtOnce(series, points);
  const lines = points.map(({ value, center, ucl, lcl }) => [value, center, ucl, lcl]);
  const known = alerts.map(({ rule, side, firstIndex, lastIndex, signals }) => ({
    rule,
    side,
    firstIndex,
    lastIndex,
    signals,
  }));
  const checks = {
    'got nothing': were > 0 && are > 0,
    [`was sent ${were} measurements and has ${are}, ${series.pending} wait`]: were - are === series.pending,
    'has other measurements than were sent, or in another order': [...kept].every(([runId, values]) =>
      isDeepStrictEqual(values, sent.get(runId)?.slice(0, values.length)),
    ),
    'has numbers with gaps': points.every(({ index }, at) => index === at) && series.pointCount === points.length,
    'is drawn otherwise than at once': alike(lines, expected.lines),
    'is judged otherwise than at once': isDeepStrictEqual(
      points.map(({ rules }) => rules),
      expected.rules,
    ),
    [`has ${alerts.length} alerts where there are ${expected.episodes.length} alarms`]:
      alerts.length === expected.episodes.length,
    'has other alerts than alarms': isDeepStrictEqual(byPlace(known), byPlace(expected.episodes)),
    [`says ${series.openAlerts} of ${alerts.length} alerts are open`]: series.openAlerts === alerts.length,
  };
  return Object.entries(checks).flatMap(([problem, isWell]) => (isWell ? [] : [`${series.name}: ${problem}`]));
}

type Alarm = Pick<Alert, 'rule' | 'side' | 'firstIndex' | 'lastIndex' | 'signals'>;

/** What the engine says of a chart of one phase when it is given all points at once. */
function judgedAtOnce({ chart, phases }: Series, points: readonly SeriesPoint[]) {
  const [phase] = phases;
  if (!phase || phases.length > 1) throw new TypeError('Only charts of one phase are judged here.');
  const { source } = phase;
  const rules = phase.rules as readonly Rule[];
  const nothing = { lines: points.map(({ value }) => [value, null, null, null]), rules: points.map(() => []) };
  if (source.from === 'baseline' && points.length < source.points) return { ...nothing, episodes: [] };
  const basis = source.from === 'baseline' ? { baseline: source.points } : {};
  const given = source.from === 'given' ? { center: source.center, sigma: source.sigma } : {};
  const limits = computeLimits({
    chart: chart.kind,
    data: points.map(({ items }) => itemOf(chart, items)),
    options: { ...optionsOf(chart), ...basis, ...given },
  });
  if (!('values' in limits)) throw new TypeError('A chart of two sums is not judged here.');
  const at = (line: number | readonly (number | null)[], index: number): number =>
    (typeof line === 'number' ? line : line[index]) ?? Number.NaN;
  const { values, center, ucl, lcl } = limits;
  const ids = points.map((): string[] => []);
  for (const { index, rule } of evaluateRules({ values, center, ucl, lcl, ruleSet: rules })) ids[index]?.push(rule);
  const episodes: Alarm[] = [];
  const last = new Map<string, Alarm>();
  for (const [index, signals] of ids.entries()) {
    for (const id of signals) {
      const rule = rules.find((one) => one.id === id);
      const value = values[index];
      if (!rule || value === null || value === undefined) throw new TypeError(`${id} is no rule of this chart.`);
      const side = sideOfSignal(rule, { value, previous: values[index - 1] ?? null, center: at(center, index) });
      const running = last.get(`${id} ${side}`);
      if (running?.lastIndex === index - 1) {
        running.lastIndex = index;
        running.signals++;
        continue;
      }
      const alarm = { rule: id, side, firstIndex: index, lastIndex: index, signals: 1 };
      last.set(`${id} ${side}`, alarm);
      episodes.push(alarm);
    }
  }
  return {
    lines: points.map((_, i) => [values[i] ?? null, at(center, i), at(ucl, i), at(lcl, i)]),
    rules: ids,
    episodes,
  };
}

const byPlace = (alarms: readonly Alarm[]): Alarm[] =>
  alarms.toSorted((a, b) => a.firstIndex - b.firstIndex || `${a.rule}${a.side}`.localeCompare(`${b.rule}${b.side}`));

/** Up to what rounding parts. */
const alike = (some: readonly (number | null)[][], others: readonly (number | null)[][]): boolean =>
  some.length === others.length &&
  some.every((line, i) => line.every((value, at) => near(value, others[i]?.[at] ?? null)));

const near = (a: number | null, b: number | null): boolean =>
  a === b || (a !== null && b !== null && Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b)));

/** Alerts that somebody was told of and that are not stored, or stand otherwise than they were told last. */
export function problemsOfTold(told: readonly Alert[], outcomes: readonly SeriesOutcome[]): string[] {
  const stored = new Map(outcomes.flatMap(({ alerts }) => alerts.map((alert) => [alert.id, alert])));
  return told.flatMap((alert) => {
    const now = stored.get(alert.id);
    if (!now) return [`${alert.seriesName}: an alert of ${alert.rule} was told and is not stored`];
    const isOlder = now.version > alert.version;
    return isOlder || isDeepStrictEqual(now, alert)
      ? []
      : [`${alert.seriesName}: an alert was told otherwise than it is`];
  });
}
