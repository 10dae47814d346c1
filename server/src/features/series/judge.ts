import type { MetricEvent } from '@cobench/shared/runs/run-event';
import type { Run } from '@cobench/shared/runs/run';
import type { Alert } from '@cobench/shared/series/alert';
import type { ControlLimits, Series, SeriesPoint } from '@cobench/shared/series/series';
import {
  computeLimits,
  createRuleStream,
  ruleSets,
  sideOf,
  type RuleId,
  type RuleState,
  type RuleStream,
  type Side,
} from '@cobench/shared/spc/index';
import type { Chart, Episode, Extension, Growth } from './series.repo.ts';

type Feed = {
  run: Pick<Run, 'id' | 'name'>;
  metrics: readonly MetricEvent[];
  /** The values of the points stored so far, where this feed completes the baseline. */
  baseline: readonly number[];
  newId: () => string;
};

/**
 * What measurements add to a chart. The points of a baseline set the limits and are not judged themselves. Consecutive
 * signals of one rule on one side of the centre line are one alert.
 */
export function judge({ series, ruleState, episodes }: Chart, { run, metrics, baseline, newId }: Feed): Growth {
  const values = [...baseline];
  let { limits } = series;
  let stream = limits && ruleStream(series, limits, ruleState);
  const alerts = alertLog(series, episodes, { run, newId });

  const points = metrics.map(({ seq, at, observedAt, value }, i): SeriesPoint => {
    const point = { index: series.pointCount + i, at: observedAt ?? at, value, runId: run.id, runSeq: seq };
    if (limits && stream) {
      const rules = stream.push(value);
      alerts.add({ ...point, at, rules }, limits);
      return { ...point, rules };
    }
    values.push(value);
    limits = limitsFrom(series, values);
    stream = limits && ruleStream(series, limits, null);
    return { ...point, rules: [] };
  });
  return { points, limits, ruleState: stream?.state() ?? null, ...alerts.result() };
}

/** The limits once there are enough values for the baseline; null before. */
function limitsFrom({ limitSource }: Series, values: readonly number[]): ControlLimits | null {
  if (limitSource.from === 'given') return givenLimits(limitSource);
  if (values.length < limitSource.points) return null;
  const { center, sigma, ucl, lcl } = computeLimits({ chart: 'i', data: values });
  return { center, sigma, ucl, lcl };
}

export function givenLimits(given: { center: number; sigma: number }): ControlLimits {
  const { center, sigma, ucl, lcl } = computeLimits({ chart: 'i', data: [], options: given });
  return { center, sigma, ucl, lcl };
}

function ruleStream(series: Series, limits: ControlLimits, state: RuleState | null): RuleStream<RuleId> {
  const ruleSet = ruleSets['western-electric'].filter(({ id }) => series.rules.includes(id));
  return createRuleStream<RuleId>({ ...limits, ruleSet, ...(state && { state }) });
}

/** Turns signals into alerts that open or go on. */
function alertLog(series: Series, episodes: readonly Episode[], { run, newId }: Pick<Feed, 'run' | 'newId'>) {
  const running = new Map(episodes.map((episode) => [episode.rule, episode]));
  const opened = new Map<string, Alert>();
  const extended = new Map<string, Extension>();

  function open(point: SeriesPoint, signal: { rule: RuleId; side: Side; limits: ControlLimits }): string {
    const id = newId();
    const { id: seriesId, name: seriesName, projectId, metric, unit } = series;
    const { index, at, value } = point;
    opened.set(id, {
      ...signal,
      id,
      seriesId,
      seriesName,
      projectId,
      metric,
      unit,
      firstIndex: index,
      lastIndex: index,
      signals: 1,
      value,
      runId: run.id,
      runName: run.name,
      openedAt: at,
      lastAt: at,
      state: 'open',
      acknowledgedAt: null,
      acknowledgedByName: null,
      comment: '',
    });
    return id;
  }

  function extend(alertId: string, { index, at }: SeriesPoint): string {
    const fresh = opened.get(alertId);
    if (fresh) {
      opened.set(alertId, { ...fresh, lastIndex: index, lastAt: at, signals: fresh.signals + 1 });
    } else {
      const signals = (extended.get(alertId)?.signals ?? 0) + 1;
      extended.set(alertId, { alertId, signals, lastIndex: index, lastAt: at });
    }
    return alertId;
  }

  return {
    add(point: SeriesPoint, limits: ControlLimits): void {
      const side = sideOf(point.value, limits.center);
      if (!side) return;
      for (const rule of point.rules) {
        const before = running.get(rule);
        const goesOn = before?.side === side && before.lastIndex === point.index - 1;
        const alertId = goesOn ? extend(before.alertId, point) : open(point, { rule, side, limits });
        running.set(rule, { rule, side, lastIndex: point.index, alertId });
      }
    },
    result: () => ({ episodes: [...running.values()], opened: [...opened.values()], extended: [...extended.values()] }),
  };
}
