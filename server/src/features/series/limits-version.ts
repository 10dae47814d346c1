import type { LimitsBasis, LimitSource, LimitsVersion, Phase } from '@cobench/shared/series/phase';

type Making = {
  id: string;
  series: { id: string };
  phase: Phase;
  basedOn: LimitsBasis | null;
  at: string;
  byName: string;
  reason: string;
};

/** One version of the limits of a phase, as it is kept. */
export const versionOf = ({ id, series, phase, basedOn, at, byName, reason }: Making): LimitsVersion => ({
  ...phase,
  id,
  seriesId: series.id,
  version: phase.limitsVersion,
  at,
  byName,
  reason,
  basedOn,
  change: limitsWords(phase, basedOn),
});

/** “Limits from points 1 to 25”, as people count them. */
function limitsWords(
  { source, parameters }: Pick<Phase, 'source' | 'parameters'>,
  basedOn: LimitsBasis | null,
): string {
  if (basedOn) {
    const { first, last, excluded } = basedOn;
    const without = excluded.length === 0 ? '' : `, ${excluded.length} of them left out`;
    return `Limits from points ${first + 1} to ${last + 1}${without}`;
  }
  return parameters === null ? waitingWords(source) : sourceWords(source);
}

function waitingWords(source: LimitSource): string {
  return source.from === 'baseline' ? `Limits will come from the first ${source.points} points` : 'No limits yet';
}

function sourceWords(source: LimitSource): string {
  switch (source.from) {
    case 'given':
      return `Known values: centre ${source.center}, sigma ${source.sigma}`;
    case 'baseline':
      return `Limits from the first ${source.points} points`;
    case 'points':
      return `Limits from points ${source.first + 1} to ${source.last + 1}`;
    default:
      return source satisfies never;
  }
}
