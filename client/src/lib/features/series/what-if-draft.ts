import type { LimitSource, LimitsVersion, Phase, SeriesRule } from '@cobench/shared/series/phase';
import type { Revision } from '@cobench/shared/series/revision';
import { quantity } from '#lib/ui/format.ts';

/** A change of how points are judged that nobody has made yet. */
export type Draft = {
  /** The start of the phase that it acts on. */
  readonly phase: number;
  readonly limits: LimitSource | null;
  readonly rules: readonly SeriesRule[] | null;
  readonly startPhase: { readonly at: number; readonly name: string } | null;
  readonly endPhase: boolean;
  readonly exclude: readonly number[];
  readonly include: readonly number[];
};

export const emptyDraft = (phase: number): Draft => ({
  phase,
  limits: null,
  rules: null,
  startPhase: null,
  endPhase: false,
  exclude: [],
  include: [],
});

/** The draft as the server takes it; null where it changes nothing. */
export function revisionOf(draft: Draft): Revision | null {
  const { phase, limits, rules, startPhase, endPhase, exclude, include } = draft;
  const changes: Revision = {
    ...(limits && { limits }),
    ...(rules && { rules: rules.map((rule) => ({ ...rule })) }),
    ...(startPhase && { startPhase: { ...startPhase } }),
    ...(endPhase && { endPhase: true as const }),
    ...(exclude.length > 0 && { exclude: [...exclude] }),
    ...(include.length > 0 && { include: [...include] }),
  };
  return Object.keys(changes).length === 0 ? null : { ...(startPhase === null && { phase }), ...changes };
}

/** Leaves a point out that counts now, lets one count that is excluded now, or takes that back. */
export function toggled(draft: Draft, index: number, isExcluded: boolean): Draft {
  const list = isExcluded ? 'include' : 'exclude';
  const known = draft[list];
  const next = known.includes(index) ? known.filter((other) => other !== index) : rising([...known, index]);
  return { ...draft, [list]: next };
}

/** Part of a draft, in words, that can be taken out by itself. */
export type DraftChange = { key: string; words: string; without: Draft };

export function changesOf(draft: Draft, { unit, phases }: { unit: string; phases: readonly Phase[] }): DraftChange[] {
  const { limits, rules, startPhase, endPhase, exclude, include } = draft;
  const changes: DraftChange[] = [];
  if (startPhase) {
    const words = `A new phase, “${startPhase.name}”, begins at point ${startPhase.at + 1}`;
    changes.push({ key: 'start', words, without: { ...draft, startPhase: null } });
  }
  if (endPhase) {
    const words = 'The phase is joined to the one before it';
    changes.push({ key: 'end', words, without: { ...draft, endPhase: false } });
  }
  if (limits)
    changes.push({ key: 'limits', words: limitSourceInWords(limits, unit), without: { ...draft, limits: null } });
  if (rules) {
    const now = phases.find(({ start }) => start === draft.phase)?.rules ?? [];
    changes.push({ key: 'rules', words: rulesInWords(now, rules), without: { ...draft, rules: null } });
  }
  for (const index of exclude) {
    const words = `Point ${index + 1} is excluded`;
    changes.push({ key: `exclude ${index}`, words, without: toggled(draft, index, false) });
  }
  for (const index of include) {
    const words = `Point ${index + 1} counts again`;
    changes.push({ key: `include ${index}`, words, without: toggled(draft, index, true) });
  }
  return changes;
}

/** “Limits from points 1 to 25”. */
export function limitSourceInWords(source: LimitSource, unit: string): string {
  switch (source.from) {
    case 'given':
      return `Known values: centre ${quantity(source.center, unit)}, sigma ${quantity(source.sigma, unit)}`;
    case 'baseline':
      return `Limits from the first ${quantity(source.points)} points of the phase`;
    case 'points':
      return `Limits from points ${source.first + 1} to ${source.last + 1}`;
    default:
      return source satisfies never;
  }
}

function rulesInWords(before: readonly SeriesRule[], after: readonly SeriesRule[]): string {
  const known = before.map(textOf);
  const next = after.map(textOf);
  const added = after.filter((rule) => !known.includes(textOf(rule))).map(({ id }) => id);
  const removed = before.filter((rule) => !next.includes(textOf(rule))).map(({ id }) => id);
  const parts = [
    ...(added.length > 0 ? [`with ${added.join(', ')}`] : []),
    ...(removed.length > 0 ? [`without ${removed.join(', ')}`] : []),
  ];
  return parts.length === 0 ? 'The rules in another order' : `Rules ${parts.join(', ')}`;
}

/**
 * The draft that brings back a version of the limits: its limits and rules, a phase of its own where that is gone, and each
 * point as it was then: those that set its limits, and what was excluded only later. `excluded` are the points that are
 * excluded now and since when, `until` is when the version was replaced.
 */
export function restoring(
  version: LimitsVersion,
  {
    phases,
    excluded,
    until,
  }: { phases: readonly Phase[]; excluded: readonly { index: number; at: string }[]; until: string | null },
): Draft {
  const now = phases.find(({ start }) => start === version.start);
  const { basedOn } = version;
  const wasLeftOut = (index: number) => basedOn?.excluded.includes(index) ?? false;
  const inBasis = (index: number) => basedOn !== null && index >= basedOn.first && index <= basedOn.last;
  const include = excluded.filter(({ index, at }) =>
    inBasis(index) ? !wasLeftOut(index) : until !== null && Date.parse(at) >= Date.parse(until),
  );
  const exclude = (basedOn?.excluded ?? []).filter((index) => excluded.every((other) => other.index !== index));
  return {
    ...emptyDraft(version.start),
    limits: now && sameJson(now.source, version.source) ? null : version.source,
    rules: now && sameRules(now.rules, version.rules) ? null : version.rules,
    startPhase: now ? null : { at: version.start, name: version.name },
    exclude: rising(exclude),
    include: rising(include.map(({ index }) => index)),
  };
}

/** Whether the same is looked for under the same names, in the same order. */
export const sameRules = (one: readonly SeriesRule[], other: readonly SeriesRule[]): boolean =>
  sameJson(one.map(textOf), other.map(textOf));

const textOf = ({ id, title, window, count, zone, pattern = 'beyond' }: SeriesRule): string =>
  JSON.stringify([id, title, window, count, zone, pattern]);

const sameJson = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
const rising = (indices: readonly number[]): number[] => indices.toSorted((a, b) => a - b);
