import type { Alert } from '@cobench/shared/alerts/alert';
import { episodeLog, type PhaseEpisode } from '@cobench/shared/series/episodes';
import {
  phaseJudge,
  type JudgedPoint,
  type JudgeState,
  type MeasuredPoint,
  type PhaseJudge,
} from '@cobench/shared/series/judge-points';
import { limitsFrom } from '@cobench/shared/series/limits';
import type { LimitsBasis, Phase } from '@cobench/shared/series/phase';
import type { SeriesPoint } from '@cobench/shared/series/point';
import type { Series } from '@cobench/shared/series/series';
import { newAlert, type Extension } from '../alerts/index.ts';
import { versionOf } from './limits-version.ts';
import type { Chart, Checkpoint, Growth, StoredPoint } from './series.repo.ts';
import { placeOf } from './stretch.ts';
import type { Made, MeasuredRun, Subgroup } from './subgroups.ts';

/** So many points are between two checkpoints of a phase; those that grow together have them at different points. */
const checkpointEvery = 256;
/** Alerts that one change opens at most: of more alarms the newest. */
export const mostOpened = 1000;

type Feed = {
  made: readonly Made[];
  groups: Subgroup[];
  /** The points of the newest phase that are stored, where these complete its baseline. */
  collected: readonly StoredPoint[];
  newId: () => string;
  /** Server time. */
  at: string;
};

/** Judges that stand where a state says, until somebody goes on with them: cheaper than one made anew from the state. */
const standing = new WeakMap<JudgeState, { phase: Phase; judge: PhaseJudge }>();

/** A judge of the newest phase that goes on where the chart is. Whoever takes it has it alone. */
function judgeAt({ series, head }: Chart, phase: Phase): PhaseJudge {
  const there = head && standing.get(head);
  if (head) standing.delete(head);
  return there?.phase === phase ? there.judge : phaseJudge(series.chart, phase, head);
}

/** What measurements add to a chart, with its new points as they are judged. */
export function grow(chart: Chart, feed: Feed): { growth: Growth; judged: SeriesPoint[] } {
  const { series } = chart;
  const fresh = feed.made.map(({ point }, i): StoredPoint => ({
    ...point,
    index: series.pointCount + i,
    excluded: null,
  }));
  const runs = new Map(feed.made.flatMap(({ run }) => (run ? [[run.id, run]] : [])));
  const phase = newestPhase(series);
  const complete = completed(series, phase, { fresh, ...feed });
  const now = complete?.phase ?? phase;
  const judge = complete ? phaseJudge(series.chart, now) : judgeAt(chart, now);
  const log = episodeLog(complete ? [] : chart.episodes);
  const checkpoints: Checkpoint[] = [];
  const lines = new Map<number, JudgedPoint>();
  const judged: SeriesPoint[] = [];

  for (const point of complete ? [...feed.collected, ...fresh] : fresh) {
    const checkpoint = checkpointAt(point.index, { seriesId: series.id, phase: now, judge });
    if (checkpoint) checkpoints.push(checkpoint);
    const verdict = judge.push(measuredOf(point));
    if (verdict.rules.length > 0) {
      log.add(point.index, now, verdict);
      lines.set(point.index, verdict);
    }
    if (point.index >= series.pointCount) judged.push(seriesPoint(point, verdict));
  }

  const points = new Map([...feed.collected, ...fresh].map((point) => [point.index, point]));
  const opened: Alert[] = [];
  for (const episode of log.begun().slice(-mostOpened)) {
    const [point, verdict] = [points.get(episode.firstIndex), lines.get(episode.firstIndex)];
    if (!point || !verdict) continue;
    const run =
      point.runId === null ? null : (runs.get(point.runId) ?? { id: point.runId, name: '', instrumentId: null });
    const alert = alertOf(episode, { series, phase: now, verdict, run, id: feed.newId(), at: feed.at });
    episode.alertId = alert.id;
    opened.push(alert);
  }
  const pointCount = series.pointCount + fresh.length;
  const newest = judged.at(-1);
  const to: Chart = {
    series: {
      ...series,
      phases: complete ? [...series.phases.slice(0, -1), now] : series.phases,
      limitsVersion: complete ? now.limitsVersion : series.limitsVersion,
      pointCount,
      ...(newest && { lastValue: newest.value, lastAt: newest.at }),
      pending: pendingOf(feed.groups),
      openAlerts: series.openAlerts + opened.length,
      version: series.version + 1,
    },
    head: fresh.length > 0 ? stateOf(judge, now) : chart.head,
    episodes: fresh.length > 0 ? log.running(pointCount - 1) : chart.episodes,
    groups: feed.groups,
  };
  const extended = complete ? [] : extensions(chart.episodes, log.carried(), feed.at);
  const versions = complete ? [versionOf({ ...complete, series, id: feed.newId(), at: feed.at, ...byItself })] : [];
  return { growth: { to, points: fresh, checkpoints, versions, opened, extended }, judged };
}

function stateOf(judge: PhaseJudge, phase: Phase): JudgeState {
  const state = judge.state();
  standing.set(state, { phase, judge });
  return state;
}

export const pendingOf = (groups: readonly Subgroup[]): number =>
  groups.reduce((sum, { items }) => sum + items.length, 0);

const byItself = { byName: 'Cobench', reason: 'The baseline is complete.' };

export function newestPhase({ phases }: Pick<Series, 'phases'>): Phase {
  const phase = phases.at(-1);
  if (!phase) throw new Error('A series has at least one phase.');
  return phase;
}

/** Whether so many more points complete the baseline of the newest phase. */
export function completesBaseline(series: Series, arriving: number): boolean {
  const { source, parameters, start } = newestPhase(series);
  const { pointCount } = series;
  if (source.from !== 'baseline' || parameters !== null) return false;
  const end = start + source.points;
  return pointCount < end && pointCount + arriving >= end;
}

type Complete = { phase: Phase; basedOn: LimitsBasis | null };

/** The phase with the limits that its baseline says; null where it is not complete with these points, or says none. */
function completed(
  series: Series,
  phase: Phase,
  { collected, fresh }: { collected: readonly StoredPoint[]; fresh: readonly StoredPoint[] },
): Complete | null {
  if (!completesBaseline(series, fresh.length) || phase.source.from !== 'baseline') return null;
  const points = [...collected, ...fresh].slice(0, phase.source.points).map(measuredOf);
  try {
    const { parameters, basedOn } = limitsFrom(series.chart, phase.source, { first: phase.start, points });
    return { phase: { ...phase, parameters, limitsVersion: series.limitsVersion + 1 }, basedOn };
  } catch (error) {
    // Measurements that say nothing keep nobody from measuring: an engineer sees it, and gives limits.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** What is remembered before a point, where it is to be kept. */
export function checkpointAt(
  index: number,
  { seriesId, phase, judge }: { seriesId: string; phase: Phase; judge: PhaseJudge },
): Checkpoint | null {
  const { start, limitsVersion, parameters } = phase;
  const due = parameters !== null && index > start && index % checkpointEvery === placeOf(seriesId, checkpointEvery);
  return due ? { limitsVersion, index, state: judge.state() } : null;
}

type OfAlert = {
  series: Series;
  phase: Phase;
  verdict: JudgedPoint;
  run: MeasuredRun | null;
  id: string;
  at: string;
};

/** The alert that an alarm opens. */
export function alertOf(episode: PhaseEpisode, { series, phase, verdict, run, id, at }: OfAlert): Alert {
  const { rule, title, side, firstIndex, lastIndex, signals } = episode;
  const lines = {
    center: verdict.center ?? 0,
    sigma: verdict.sigma ?? 0,
    ucl: verdict.ucl ?? 0,
    lcl: verdict.lcl ?? 0,
  };
  const point = { index: firstIndex, value: plotted(verdict, side), lines };
  const alert = newAlert({
    id,
    series,
    instrumentId: series.instrumentId ?? run?.instrumentId ?? null,
    rule: { id: rule, title },
    side,
    phase,
    point,
    run,
    at,
  });
  return { ...alert, lastIndex, signals };
}

/** Of two sums the one that signals. */
const plotted = ({ value, neg }: JudgedPoint, side: PhaseEpisode['side']): number | null =>
  side === 'below' && neg !== undefined ? neg : value;

/** How alarms of before have gone on. */
const extensions = (before: readonly PhaseEpisode[], carried: readonly PhaseEpisode[], at: string): Extension[] =>
  carried.flatMap(({ alertId, signals, lastIndex }, i) => {
    const more = signals - (before[i]?.signals ?? 0);
    return alertId !== null && more > 0 ? [{ alertId, signals: more, lastIndex, lastAt: at }] : [];
  });

export const measuredOf = ({ items, size, excluded }: StoredPoint): MeasuredPoint => ({
  items,
  size,
  excluded: excluded !== null,
});

/** A stored point with how it is judged. */
export const seriesPoint = (
  { index, at, items, size, excluded, runId, label, by }: StoredPoint,
  { sides: _sides, ...verdict }: JudgedPoint,
): SeriesPoint => ({ index, at, items, size, ...verdict, excluded, runId, label, ...(by && { byName: by.name }) });
