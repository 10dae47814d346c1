import { limitsFrom, basisOf } from './limits.ts';
import { judgePoints, type JudgedPoint, type MeasuredPoint } from './judge-points.ts';
import type { ChartDefinition } from './chart.ts';
import { mostPhases, type LimitsBasis, type LimitSource, type Phase } from './phase.ts';
import type { Revision } from './revision.ts';
import { unfitRule } from './series.ts';

/** A revision that cannot be made, and the field that says so. */
export class UnfitRevision extends Error {
  readonly field: string;

  constructor(field: string, words: string) {
    super(words);
    this.field = field;
  }
}

/** The chart that is revised, as far as that matters. */
export type Revised = {
  chart: ChartDefinition;
  phases: readonly Phase[];
  limitsVersion: number;
  pointCount: number;
};

/** A phase after a revision: whether it is another version, and whether its limits are to be estimated again. */
export type DraftPhase = { phase: Phase; touched: boolean; estimate: boolean };

/** What a revision does before any limits are estimated. `range` are the points that may be judged otherwise. */
export type RevisionPlan = {
  drafts: DraftPhase[];
  range: { first: number; end: number };
  /** The points that are excluded or count again, by index. */
  excluded: ReadonlyMap<number, boolean>;
};

/** @throws UnfitRevision */
export function planRevision(series: Revised, revision: Revision): RevisionPlan {
  const { pointCount } = series;
  const excluded = exclusionsOf(revision, pointCount);
  const unfit = revision.rules ? unfitRule(series.chart, revision.rules) : null;
  if (unfit) throw new UnfitRevision('rules', unfit);
  if (revision.limits?.from === 'points' && revision.limits.last >= pointCount) {
    throw new UnfitRevision('limits/last', 'There is no such point yet.');
  }
  const drafts: DraftPhase[] = series.phases.map((phase) => ({ phase, touched: false, estimate: false }));
  const spans = [restructure(drafts, revision, pointCount)];
  if (excluded.size > 0) spans.push(...leaveOut(drafts, excluded, pointCount));
  const ranges = spans.filter((span) => span !== null);
  if (ranges.length === 0) throw new UnfitRevision('', 'Nothing is changed.');
  let version = series.limitsVersion;
  for (const draft of drafts) {
    if (draft.touched) draft.phase = { ...draft.phase, limitsVersion: ++version };
  }
  const first = Math.min(...ranges.map((range) => range.first));
  return { drafts, range: { first, end: Math.max(...ranges.map((range) => range.end)) }, excluded };
}

/** The points that set the limits of a draft; null where none do, or they are not there yet. */
export function basisOfDraft({ drafts }: RevisionPlan, at: number, pointCount: number) {
  const draft = drafts[at];
  if (!draft) return null;
  const next = drafts[at + 1]?.phase.start;
  return basisOf(draft.phase, { end: Math.min(next ?? pointCount, pointCount), over: next !== undefined });
}

/**
 * A phase with the limits that its points say.
 * @throws UnfitRevision where they cannot say it.
 */
export function withLimits(
  chart: ChartDefinition,
  phase: Phase,
  span: Parameters<typeof limitsFrom>[2],
): { phase: Phase; basedOn: LimitsBasis | null } {
  try {
    const { parameters, basedOn } = limitsFrom(chart, phase.source, span);
    return { phase: { ...phase, parameters }, basedOn };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UnfitRevision('limits', error.message);
  }
}

/**
 * A revision over points that are at hand, the first of which has the index `first`: the phases as they are then, and every
 * point judged by them. Limits that come from points which are not at hand stay as they are.
 * @throws UnfitRevision
 */
export function revise(request: {
  chart: ChartDefinition;
  phases: readonly Phase[];
  limitsVersion?: number;
  points: readonly MeasuredPoint[];
  first?: number;
  revision: Revision;
}): { phases: Phase[]; points: MeasuredPoint[]; judged: JudgedPoint[] } {
  const { chart, phases, points, first = 0, revision } = request;
  const limitsVersion = request.limitsVersion ?? Math.max(...phases.map((phase) => phase.limitsVersion));
  const pointCount = first + points.length;
  const plan = planRevision({ chart, phases, limitsVersion, pointCount }, revision);
  const now = points.map((point, i) => {
    const excluded = plan.excluded.get(first + i);
    return excluded === undefined ? point : { ...point, excluded };
  });
  const revised = plan.drafts.map(({ phase, estimate }, i) => {
    const basis = estimate ? basisOfDraft(plan, i, pointCount) : null;
    if (!estimate || (basis && basis.first < first)) return phase;
    const span = basis && { first: basis.first, points: now.slice(basis.first - first, basis.last + 1 - first) };
    return withLimits(chart, phase, span).phase;
  });
  return { phases: revised, points: now, judged: judgePoints({ chart, phases: revised, points: now, first }) };
}

function exclusionsOf({ exclude = [], include = [] }: Revision, pointCount: number): Map<number, boolean> {
  const excluded = new Map<number, boolean>();
  for (const [field, list] of [
    ['exclude', exclude],
    ['include', include],
  ] as const) {
    for (const [i, index] of list.entries()) {
      if (index >= pointCount) throw new UnfitRevision(`${field}/${i}`, 'There is no such point.');
      if (excluded.has(index)) throw new UnfitRevision(`${field}/${i}`, 'This point is named twice.');
      excluded.set(index, field === 'exclude');
    }
  }
  return excluded;
}

type Span = { first: number; end: number };

/** Changes the phases themselves. Answers which points are concerned; null where none are. */
function restructure(drafts: DraftPhase[], revision: Revision, pointCount: number): Span | null {
  const { startPhase, endPhase, name, limits, rules } = revision;
  if (startPhase && endPhase) throw new UnfitRevision('endPhase', 'Start a phase or end one, not both.');
  if (startPhase) return started(drafts, { ...revision, startPhase }, pointCount);
  const at = placeOf(drafts, revision.phase);
  if (endPhase) return ended(drafts, revision, at);
  if (name === undefined && limits === undefined && rules === undefined) return null;
  const draft = drafts[at];
  if (draft) drafts[at] = changed(draft, revision);
  return spanOf(drafts, at);
}

function placeOf(drafts: readonly DraftPhase[], start: number | undefined): number {
  const at = start === undefined ? drafts.length - 1 : drafts.findIndex(({ phase }) => phase.start === start);
  if (at < 0) throw new UnfitRevision('phase', 'No phase starts at this point.');
  return at;
}

function changed(
  { phase }: DraftPhase,
  { name, limits, rules }: Pick<Revision, 'name' | 'limits' | 'rules'>,
): DraftPhase {
  const to = { ...(name !== undefined && { name }), ...(limits && { source: limits }), ...(rules && { rules }) };
  return { phase: { ...phase, ...to }, touched: true, estimate: limits !== undefined };
}

function started(
  drafts: DraftPhase[],
  { startPhase: { at, name }, limits, rules }: Revision & { startPhase: { at: number; name: string } },
  pointCount: number,
): Span {
  if (at > pointCount) throw new UnfitRevision('startPhase/at', 'There is no such point yet.');
  if (drafts.length >= mostPhases) throw new UnfitRevision('startPhase', `A chart has at most ${mostPhases} phases.`);
  const place = drafts.findLastIndex(({ phase }) => phase.start <= at);
  const old = drafts[place];
  if (!old || old.phase.start === at) throw new UnfitRevision('startPhase/at', 'A phase starts there already.');
  const source = keptSource(old.phase);
  const phase: Phase = { ...old.phase, start: at, name, source };
  const fresh = changed({ phase, touched: true, estimate: false }, { limits, rules });
  const { parameters, source: its } = old.phase;
  // A baseline that is cut before it is complete has what it has.
  const cut = its.from === 'baseline' && its.points > at - old.phase.start;
  if (cut && parameters === null) drafts[place] = { ...old, touched: true, estimate: true };
  else if (cut) drafts[place] = { ...old, phase: { ...old.phase, source } };
  drafts.splice(place + 1, 0, fresh);
  return { first: old.phase.start, end: drafts[place + 2]?.phase.start ?? Infinity };
}

/** Where limits came from, in words that mean the same in another phase. */
function keptSource({ start, source, parameters }: Phase): LimitSource {
  if (source.from !== 'baseline' || parameters === null) return source;
  return { from: 'points', first: start, last: start + source.points - 1 };
}

function ended(drafts: DraftPhase[], revision: Revision, at: number): Span {
  const before = drafts[at - 1];
  if (!before) throw new UnfitRevision('endPhase', 'The first phase has none before it.');
  drafts.splice(at, 1);
  const { parameters, source } = before.phase;
  const waits = parameters === null || (source.from === 'baseline' && revision.limits !== undefined);
  const joined = changed(before, revision);
  drafts[at - 1] = { ...joined, estimate: joined.estimate || waits };
  return spanOf(drafts, at - 1);
}

/** Points are left out or count again: the phases that they are in, and those whose limits they set. */
function leaveOut(drafts: DraftPhase[], excluded: ReadonlyMap<number, boolean>, pointCount: number): Span[] {
  const plan = { drafts, range: { first: 0, end: 0 }, excluded };
  return drafts.flatMap((draft, i) => {
    const span = spanOf(drafts, i);
    const basis = basisOfDraft(plan, i, pointCount);
    const holds = [...excluded.keys()].some((index) => index >= span.first && index < span.end);
    const sets = basis && [...excluded.keys()].some((index) => index >= basis.first && index <= basis.last);
    if (!holds && !sets) return [];
    drafts[i] = { ...draft, touched: true, estimate: draft.estimate || Boolean(sets) };
    return [span];
  });
}

const spanOf = (drafts: readonly DraftPhase[], at: number): Span => ({
  first: drafts[at]?.phase.start ?? 0,
  end: drafts[at + 1]?.phase.start ?? Infinity,
});
