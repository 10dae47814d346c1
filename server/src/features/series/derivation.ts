import { episodeLog, type PhaseEpisode } from '@cobench/shared/series/episodes';
import { phaseJudge, type JudgedPoint, type JudgeState, type PhaseJudge } from '@cobench/shared/series/judge-points';
import type { LimitsBasis, Phase } from '@cobench/shared/series/phase';
import { basisOfDraft, planRevision, withLimits, type RevisionPlan } from '@cobench/shared/series/revise';
import type { Revision } from '@cobench/shared/series/revision';
import type { Series } from '@cobench/shared/series/series';
import { checkpointAt, measuredOf } from './growth.ts';
import type { Checkpoint, SpcRepo, StoredPoint } from './series.repo.ts';

type Deps = { points: SpcRepo['points']; orgId: string };

/** So many points are read and judged at a time: others get their turn every few milliseconds. */
const mostRead = 1000;

/** The first point of an alarm: where and how it was judged. */
export type Signalled = { point: StoredPoint; verdict: JudgedPoint };

/** What a revision makes of the points of a series. */
export type Derivation = {
  plan: RevisionPlan;
  /** The phases as they are then, and for those with other limits which points they come from. */
  phases: Phase[];
  basedOn: ReadonlyMap<number, LimitsBasis | null>;
  /** Judges all points up to this number that it has not judged yet. */
  advance(pointCount: number): Promise<void>;
  before(): PhaseEpisode[];
  after(): PhaseEpisode[];
  signalled: ReadonlyMap<number, Signalled>;
  checkpoints: Checkpoint[];
  /** Of the last point, where it is in what was judged: what to remember, and what is plotted. */
  newest(): { index: number; state: JudgeState; value: number | null } | null;
};

/**
 * Judges the points that a revision concerns as they were judged and as they will be, side by side. It begins where a phase
 * begins on both sides, so that nothing before it counts; it can be continued when points have come.
 * @throws UnfitRevision
 */
export async function derive(series: Series, revision: Revision, { points, orgId }: Deps): Promise<Derivation> {
  const plan = planRevision(series, revision);
  const overlaid = (point: StoredPoint): StoredPoint => {
    const excluded = plan.excluded.get(point.index);
    return excluded === undefined ? point : { ...point, excluded: excluded ? (point.excluded ?? anExclusion) : null };
  };
  const basedOn = new Map<number, LimitsBasis | null>();
  const phases: Phase[] = [];
  for (const [i, { phase, estimate }] of plan.drafts.entries()) {
    const basis = estimate ? basisOfDraft(plan, i, series.pointCount) : null;
    const stored = basis ? await points.range(orgId, series.id, { first: basis.first, end: basis.last + 1 }) : [];
    const span = basis && { first: basis.first, points: stored.map((point) => measuredOf(overlaid(point))) };
    const estimated = estimate ? withLimits(series.chart, phase, span) : null;
    if (estimated) basedOn.set(phase.start, estimated.basedOn);
    phases.push(estimated?.phase ?? phase);
  }

  const was = side(series, series.phases);
  const becomes = side(series, phases);
  const signalled = new Map<number, Signalled>();
  const checkpoints: Checkpoint[] = [];
  const touched = new Set(plan.drafts.filter((draft) => draft.touched).map(({ phase }) => phase.limitsVersion));
  let next = plan.range.first;
  let newest: ReturnType<Derivation['newest']> = null;

  function judge(stored: StoredPoint): void {
    was.push(stored);
    const point = overlaid(stored);
    const checkpoint = becomes.checkpoint(point.index);
    if (checkpoint && touched.has(checkpoint.limitsVersion)) checkpoints.push(checkpoint);
    const verdict = becomes.push(point);
    if (verdict.rules.length > 0) signalled.set(point.index, { point, verdict });
    newest = { index: point.index, state: noState, value: verdict.value };
  }

  return {
    plan,
    phases,
    basedOn,
    signalled,
    checkpoints,
    async advance(pointCount) {
      const end = Math.min(plan.range.end, pointCount);
      while (next < end) {
        const stored = await points.range(orgId, series.id, { first: next, end: Math.min(next + mostRead, end) });
        if (stored.length === 0) throw new Error(`Points of series ${series.id} are missing from ${next} on.`);
        stored.forEach(judge);
        next += stored.length;
      }
    },
    before: was.episodes,
    after: becomes.episodes,
    newest: () => newest && { ...newest, state: becomes.state() },
  };
}

/** Stands for whoever excludes it now; judging asks only whether. */
const anExclusion = { byName: '', at: '', reason: '' };
const noState: JudgeState = { chart: null, rules: null, previous: null };

/** Judges points in order by phases, from the start of one of them on. */
function side(series: Series, phases: readonly Phase[]) {
  const log = episodeLog();
  let current: { phase: Phase; judge: PhaseJudge } | null = null;

  function at(index: number): { phase: Phase; judge: PhaseJudge } {
    const phase = phases.findLast(({ start }) => start <= index);
    if (!phase) throw new Error(`Point ${index} of series ${series.id} is in no phase.`);
    if (current?.phase !== phase) current = { phase, judge: phaseJudge(series.chart, phase) };
    return current;
  }

  return {
    checkpoint(index: number): Checkpoint | null {
      const { phase, judge } = at(index);
      return checkpointAt(index, { seriesId: series.id, phase, judge });
    },
    push(point: StoredPoint): JudgedPoint {
      const { phase, judge } = at(point.index);
      const verdict = judge.push(measuredOf(point));
      if (verdict.rules.length > 0) log.add(point.index, phase, verdict);
      return verdict;
    },
    episodes: () => log.begun(),
    state: (): JudgeState => current?.judge.state() ?? noState,
  };
}
