import { limitsFrom } from '@cobench/shared/series/limits';
import type { Phase } from '@cobench/shared/series/phase';
import { usualRules, type NewSeries } from '@cobench/shared/series/series';
import type { LimitsVersion } from '@cobench/shared/series/phase';
import { invalidField } from '../../platform/fault.ts';
import { newId } from '../../platform/new-id.ts';
import { versionOf } from './limits-version.ts';
import type { Chart } from './series.repo.ts';

/**
 * A series as it begins, with the first version of its limits.
 * @throws Fault `input.invalid` where the values given cannot be the limits of such a chart.
 */
export function newSeries(
  { rules, limits, ...input }: NewSeries,
  { at, byName }: { at: string; byName: string },
): { chart: Chart; version: LimitsVersion } {
  const id = newId();
  const phase: Phase = {
    start: 0,
    name: 'Phase 1',
    limitsVersion: 1,
    source: limits,
    parameters: parametersOf(input.chart, limits),
    rules: rules ?? usualRules(input.chart),
  };
  const series = {
    ...input,
    id,
    instrumentId: input.source.instrumentId,
    phases: [phase],
    limitsVersion: 1,
    pointCount: 0,
    lastValue: null,
    lastAt: null,
    pending: 0,
    openAlerts: 0,
    archived: null,
    version: 0,
    revision: 0,
    createdAt: at,
  };
  const version = versionOf({ id: newId(), series, phase, basedOn: null, at, byName, reason: 'The chart was made.' });
  return { chart: { series, head: null, episodes: [], groups: [] }, version };
}

function parametersOf(chart: NewSeries['chart'], limits: NewSeries['limits']): Phase['parameters'] {
  try {
    return limitsFrom(chart, limits, null).parameters;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw Object.assign(invalidField('limits', error.message), { cause: error });
  }
}
