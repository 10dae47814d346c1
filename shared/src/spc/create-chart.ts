import { familyOf } from './chart-families.ts';
import { optionsFrom } from './chart-options.ts';
import type { Chart, ChartKind, ChartOptions, ChartParameters, ChartState } from './charts.ts';

/**
 * A chart that is drawn point by point, in constant time and memory: the points of `computeLimits`, as they come. `state`
 * is what an earlier chart of the same kind, parameters and options remembered.
 * @throws RangeError where an option or parameter is out of its range.
 */
export function createChart(request: {
  chart: ChartKind;
  parameters: ChartParameters;
  options?: ChartOptions | readonly [] | null;
  state?: ChartState | null;
}): Chart {
  const { chart, parameters, state } = request;
  const { center, sigma, size = 1 } = parameters;
  if (!Number.isFinite(center) || !(sigma >= 0 && sigma < Infinity) || !(size > 0)) {
    throw new RangeError('A chart is drawn from a finite centre, a sigma of at least 0 and sizes above 0.');
  }
  return familyOf(chart).draw(parameters, optionsFrom(request.options), state ?? undefined);
}
