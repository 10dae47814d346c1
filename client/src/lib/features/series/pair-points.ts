import type { ChartDefinition } from '@cobench/shared/series/chart';
import { itemOf, optionsOf, spansOf } from '@cobench/shared/series/judge-points';
import type { Phase } from '@cobench/shared/series/phase';
import type { Chart } from '@cobench/shared/spc/charts';
import { createChart } from '@cobench/shared/spc/create-chart';
import { estimateParameters } from '@cobench/shared/spc/estimate-parameters';
import type { ChartRule, ControlPoint } from '#lib/charts/control-point.ts';

type PairKind = 'mr' | 'r' | 's';

/** What the spread between or within the points of a chart is drawn as. */
export const pairTitles: Record<PairKind, string> = {
  mr: 'Moving range',
  r: 'Range within subgroups',
  s: 'Standard deviation within subgroups',
};

const beyond = 'limit';
/** Moving ranges depend on their neighbours, so patterns mean nothing: what counts are the limits. */
export const pairRules: readonly ChartRule[] = [{ id: beyond, words: 'One point beyond the control limits' }];

/** The chart of spread that belongs below a chart; null where there is none. Ranges tell less of large subgroups. */
export function pairKindOf(
  { kind, sigmaMethod }: ChartDefinition,
  points: readonly Pick<ControlPoint, 'items'>[],
): PairKind | null {
  if (kind === 'i') return 'mr';
  if (kind === 'median') return 'r';
  if (kind !== 'xbar') return null;
  const byDeviation = sigmaMethod !== null && ['UWAVE-SD', 'MVLUE-SD', 'RMSDF'].includes(sigmaMethod);
  return byDeviation || (points[0]?.items.length ?? 0) > 10 ? 's' : 'r';
}

type Open = { phase: Phase; known: boolean; chart: Chart };

type Request = {
  chart: ChartDefinition;
  phases: readonly Phase[];
  points: readonly ControlPoint[];
  kind: PairKind;
};

/** Draws the points of the chart of spread with the sigma of each phase; of points that are only more, only those are drawn. */
export class PairPoints {
  #last: Request | null = null;
  #drawn: readonly ControlPoint[] = [];
  /** The chart of the phase that the newest point is in. */
  #open: Open | null = null;

  of(request: Request): readonly ControlPoint[] {
    const dropped = this.#droppedSince(request);
    const kept = dropped === null ? [] : this.#drawn.slice(dropped);
    if (dropped === null) this.#open = null;
    const more = this.#draw(request, kept.length);
    this.#last = request;
    this.#drawn = more.length === 0 ? kept : [...kept, ...more];
    return this.#drawn;
  }

  /** How many of the oldest points are gone where nothing else but newer ones has changed; null where more has. */
  #droppedSince({ phases, points, kind }: Request): number | null {
    const last = this.#last;
    const [before, first] = [last?.points[0], points[0]];
    if (!last || !before || !first || last.kind !== kind || !alike(last.phases, phases)) return null;
    const dropped = first.index - before.index;
    const newest = last.points.length - 1;
    return dropped >= 0 && last.points[dropped] === first && points[newest - dropped] === last.points[newest]
      ? dropped
      : null;
  }

  #draw({ chart, phases, points, kind }: Request, from: number): ControlPoint[] {
    const first = (points[0]?.index ?? 0) + from;
    const end = first + points.length - from;
    const size = points[0]?.items.length ?? 2;
    const drawn: ControlPoint[] = [];
    for (const span of spansOf(phases, { first, end })) {
      const open =
        this.#open?.phase.start === span.phase.start ? this.#open : chartOf(span.phase, { ...chart, kind }, size);
      this.#open = open;
      for (let index = span.start; index < span.end; index++) {
        const point = points[index - first + from];
        if (point) drawn.push(spreadOf(point, open, kind));
      }
    }
    return drawn;
  }
}

/** Whether points of these phases have the same sigma. */
const alike = (some: readonly Phase[], others: readonly Phase[]): boolean =>
  some.length === others.length &&
  some.every(({ start, parameters }, i) => {
    const other = others[i];
    return start === other?.start && parameters?.sigma === other.parameters?.sigma;
  });

/** While the sigma of the phase is not known there are points, but no lines. */
function chartOf(phase: Phase, chart: ChartDefinition & { kind: PairKind }, size: number): Open {
  const options = optionsOf({ ...chart, sigmaMethod: null });
  // What one subgroup holds is not read, only of how many it is.
  const data = chart.kind === 'mr' ? [] : [Array.from({ length: size }, () => 0)];
  const given = { ...options, sigma: phase.parameters?.sigma ?? 1 };
  const parameters = estimateParameters({ chart: chart.kind, data, options: given });
  return { phase, known: phase.parameters !== null, chart: createChart({ chart: chart.kind, parameters, options }) };
}

function spreadOf(point: ControlPoint, { chart, known }: Open, kind: PairKind): ControlPoint {
  const item = point.excluded === null ? itemOf({ kind }, point.items) : null;
  const { value, center, sigma, ucl, lcl } = chart.push(item);
  const bare = { ...point, items: [], neg: undefined, value };
  if (!known) return { ...bare, center: null, sigma: null, ucl: null, lcl: null, signals: [] };
  const signals = value !== null && (value > ucl || value < lcl) ? [beyond] : [];
  return { ...bare, center, sigma, ucl, lcl, signals };
}
