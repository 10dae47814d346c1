import {
  createChart,
  createRuleStream,
  sideOfSignal,
  type Chart,
  type ChartOptions,
  type ChartParameters,
  type ChartPoint,
  type ChartState,
  type RuleState,
  type RuleStream,
  type Side,
} from '../spc/index.ts';
import { judgedPoint } from '../spc/judged-point.ts';
import { isOfCounts, type ChartDefinition } from './chart.ts';
import type { Phase } from './phase.ts';

/** What a point is judged from. */
export type MeasuredPoint = { items: readonly (number | null)[]; size: number | null; excluded: boolean };

/** A point as it is drawn and judged: null lines while there are no limits, and the side of each rule that it signals. */
export type JudgedPoint = {
  value: number | null;
  neg?: number;
  center: number | null;
  sigma: number | null;
  ucl: number | null;
  lcl: number | null;
  rules: string[];
  sides: (Side | null)[];
};

/** What judging the next point of a phase has to remember; small, and itself after JSON. */
export type JudgeState = { chart: ChartState | null; rules: RuleState | null; previous: number | null };

export type PhaseJudge = { push(point: MeasuredPoint): JudgedPoint; state(): JudgeState };

/** Judges the points of one phase, one after another. With the state of another judge it goes on where that one was. */
export function phaseJudge(
  chart: ChartDefinition,
  { parameters, rules }: Pick<Phase, 'parameters' | 'rules'>,
  state: JudgeState | null = null,
): PhaseJudge {
  if (parameters === null) return { push: (point) => unjudged(chart, point), state: () => ({ ...noState }) };
  const made = { chart: chart.kind, parameters: parameters as ChartParameters, options: optionsOf(chart) };
  const drawn = createChart({ ...made, ...(state?.chart && { state: state.chart }) });
  let stream: RuleStream<string> | null = null;
  let previous = state?.previous ?? null;
  const byId = new Map(rules.map((rule) => [rule.id, rule as Parameters<typeof sideOfSignal>[0]]));

  function judge(point: ChartPoint): Pick<JudgedPoint, 'rules' | 'sides'> {
    const { value, center, sigma, ucl, lcl } = seenByRules(point);
    const lines = { center, sigma, ucl, lcl };
    stream ??= createRuleStream<string>({
      ...lines,
      ruleSet: rules,
      ...(state?.rules && { state: state.rules }),
    });
    const signals = stream.push(value, lines);
    const before = previous;
    previous = value;
    const sides = signals.map((id) => {
      const rule = byId.get(id);
      return rule && value !== null ? sideOfSignal(rule, { value, previous: before, center }) : null;
    });
    return { rules: signals, sides };
  }

  return {
    push(point) {
      const { items, size, excluded } = point;
      if (!excluded) {
        const pointed = pushed(drawn, itemOf(chart, items), size);
        return { ...shown(pointed), ...judge(pointed) };
      }
      // It is shown where it would be, and judged as if it were not there.
      const aside = createChart({ ...made, state: drawn.state() });
      const would = pushed(aside, itemOf(chart, items), size);
      judge({ ...drawn.push(null), value: null });
      return { ...shown(would), rules: [], sides: [] };
    },
    state: () => ({ chart: drawn.state(), rules: stream?.state() ?? state?.rules ?? null, previous }),
  };
}

type Request = {
  chart: ChartDefinition;
  phases: readonly Phase[];
  points: readonly MeasuredPoint[];
  /** The index of the first of the points. */
  first?: number;
  /** What was remembered before the first point, where that is not the first of its phase. */
  from?: JudgeState | null;
};

/** Judges points by the phases that they are in. Without `from`, points in the middle of a phase are judged as if it began there. */
export function judgePoints({ chart, phases, points, first = 0, from = null }: Request): JudgedPoint[] {
  const judged: JudgedPoint[] = [];
  for (const { phase, start, end } of spansOf(phases, { first, end: first + points.length })) {
    const judge = phaseJudge(chart, phase, start === first && start !== phase.start ? from : null);
    for (let index = start; index < end; index++) {
      const point = points[index - first];
      if (point) judged.push(judge.push(point));
    }
  }
  return judged;
}

/** The phases that points from `first` on and before `end` are in, each with its part of them. */
export function spansOf(
  phases: readonly Phase[],
  { first, end }: { first: number; end: number },
): { phase: Phase; start: number; end: number }[] {
  return phases.flatMap((phase, i) => {
    const start = Math.max(first, phase.start);
    const last = Math.min(end, phases[i + 1]?.start ?? Infinity);
    return start < last ? [{ phase, start, end: last }] : [];
  });
}

/** The options of the engine that a chart is drawn with. */
export function optionsOf(chart: ChartDefinition): ChartOptions {
  const { sigmaMethod, nsigmas, lambda, limitsType, decisionInterval, shift, headStart, mrSpan } = chart;
  const usual = { nsigmas, lambda, limitsType, decisionInterval, shift, headStart, mrSpan };
  return { ...usual, ...(sigmaMethod !== null && { sigmaMethod }) };
}

/** What the engine draws a point from: counts of one point add up, other single measurements are a number. */
export function itemOf(
  { kind }: Pick<ChartDefinition, 'kind'>,
  items: readonly (number | null)[],
): number | null | readonly (number | null)[] {
  if (items.length === 1) return items[0] ?? null;
  const there = items.filter((value) => value !== null);
  if (there.length === 0) return null;
  const sum = there.reduce((total, value) => total + value, 0);
  if (isOfCounts(kind)) return sum;
  return kind === 'mr' || kind === 't' ? sum / there.length : items;
}

const noState: JudgeState = { chart: null, rules: null, previous: null };
const noLines = { center: null, sigma: null, ucl: null, lcl: null };

/** What cannot be plotted on this chart, such as a count below 0, is a gap. */
function pushed(chart: Chart, item: ReturnType<typeof itemOf>, size: number | null): ChartPoint {
  try {
    return chart.push(item, size ?? undefined);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { ...chart.push(null), value: null };
  }
}

/** While there are no limits: what is plotted, or for charts that are nothing without limits what was measured. */
function unjudged(chart: ChartDefinition, { items, size }: MeasuredPoint): JudgedPoint {
  const accumulates = chart.kind === 'ewma' || chart.kind === 'cusum';
  const kind = accumulates ? 'i' : chart.kind;
  const drawn = createChart({ chart: kind, parameters: { center: 0, sigma: 1 }, options: optionsOf(chart) });
  const { value } = shown(pushed(drawn, itemOf(chart, items), size));
  return { value, ...noLines, rules: [], sides: [] };
}

function shown({ value, neg, center, sigma, ucl, lcl }: ChartPoint): Omit<JudgedPoint, 'rules' | 'sides'> {
  return {
    value: value === null ? null : finite(value),
    ...(neg !== undefined && Number.isFinite(neg) && { neg }),
    center: finite(center),
    sigma: finite(sigma),
    ucl: finite(ucl),
    lcl: finite(lcl),
  };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** What the rules see of a point; nothing where it cannot be told. */
function seenByRules(point: ChartPoint): ReturnType<typeof judgedPoint> {
  const seen = judgedPoint(point);
  return { ...seen, value: seen.value !== null && Number.isFinite(seen.value) ? seen.value : null };
}
