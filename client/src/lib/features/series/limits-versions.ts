import type { LimitsVersion, Phase } from '@cobench/shared/series/phase';

/** “from 24 of points 1 to 25, without 7”; empty where the values are given, or not known yet. */
export function basisInWords({ basedOn }: Pick<LimitsVersion, 'basedOn'>): string {
  if (basedOn === null) return '';
  const { first, last, excluded, count } = basedOn;
  const points = `points ${first + 1} to ${last + 1}`;
  if (excluded.length === 0) return `from ${points}`;
  const named = excluded.slice(0, 5).map((index) => index + 1).join(', '); // prettier-ignore
  return `from ${count} of ${points}, without ${named}${excluded.length > 5 ? ' …' : ''}`;
}

/** The phases as they would be with one version of the limits in its place. */
export function phasesWith(phases: readonly Phase[], version: LimitsVersion): Phase[] {
  const { start, name, limitsVersion, source, parameters, rules } = version;
  const placed = { start, name, limitsVersion, source, parameters, rules };
  return [...phases.filter((phase) => phase.start !== start), placed].toSorted((a, b) => a.start - b.start);
}

/** When the version was replaced by another one of its phase, as far as `versions` tell; null where it was not. */
export const replacedAt = (version: LimitsVersion, versions: readonly LimitsVersion[]): string | null =>
  versions
    .filter(({ start, version: number }) => start === version.start && number > version.version)
    .toSorted((a, b) => a.version - b.version)[0]?.at ?? null;
