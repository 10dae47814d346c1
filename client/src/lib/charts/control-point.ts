/** Why a point counts for nothing, and who said so. */
export type Exclusion = { byName: string; at: string; reason: string };

/**
 * One point of a control chart with its own lines, in the unit of what is drawn. A null value is a gap, null lines are not
 * known yet. `signals` are the ids of the rules it breaks.
 */
export type ControlPoint = {
  index: number;
  /** Milliseconds since 1970. */
  at: number;
  value: number | null;
  /** The lower sum of a CUSUM chart, where `value` is the upper one. */
  neg?: number | undefined;
  center: number | null;
  sigma: number | null;
  ucl: number | null;
  lcl: number | null;
  /** What was measured: several for a subgroup. */
  items: readonly (number | null)[];
  /** What a count is out of. */
  size: number | null;
  signals: readonly string[];
  excluded: Exclusion | null;
  runId: string | null;
  label: string;
  /** Who brought it, where it was brought. */
  byName?: string | undefined;
};

/** From point `start` on, until the next phase; `basis` are the points that set its limits, drawn hollow. */
export type ChartPhase = { start: number; name: string; basis: { first: number; last: number } | null };

/** A rule that points may break, in the order that gives it its mark. */
export type ChartRule = { id: string; words: string };

/** Outlines around 0/0 with a radius of about 1. */
const outlines = {
  diamond: [0, -1.25, 1.25, 0, 0, 1.25, -1.25, 0],
  square: [-0.95, -0.95, 0.95, -0.95, 0.95, 0.95, -0.95, 0.95],
  triangle: [0, -1.2, 1.15, 0.85, -1.15, 0.85],
  bowtie: [-1.1, -1, -1.1, 1, 1.1, -1, 1.1, 1],
  pointer: [0, 1.2, 1.15, -0.85, -1.15, -0.85],
  hourglass: [-1, -1.1, 1, -1.1, -1, 1.1, 1, 1.1],
  cross: [-0.4, -1.2, 0.4, -1.2, 0.4, -0.4, 1.2, -0.4, 1.2, 0.4, 0.4, 0.4, 0.4, 1.2, -0.4, 1.2, -0.4, 0.4, -1.2, 0.4, -1.2, -0.4, -0.4, -0.4], // prettier-ignore
  house: [0, -1.25, 1.1, -0.3, 0.75, 1.05, -0.75, 1.05, -1.1, -0.3],
} as const satisfies Record<string, readonly number[]>;

/** How points that break a rule are marked: a shape and a colour each, so that neither is needed alone. */
const marks = [
  { shape: 'diamond', colour: 'red' },
  { shape: 'square', colour: 'orange' },
  { shape: 'triangle', colour: 'accent-ink' },
  { shape: 'bowtie', colour: 'blue' },
  { shape: 'pointer', colour: 'yellow' },
  { shape: 'hourglass', colour: 'red' },
  { shape: 'cross', colour: 'orange' },
  { shape: 'house', colour: 'ink' },
] as const satisfies readonly { shape: keyof typeof outlines; colour: string }[];
export type Mark = (typeof marks)[number];

/** The mark of a rule; more rules than marks share them. */
export const markOf = (rule: number): Mark => marks[rule % marks.length] ?? marks[0];

/** The outline of a mark as x, y, x, y …, around 0/0. */
export const outlineOf = ({ shape }: Mark): readonly number[] => outlines[shape];

/** The same as an SVG path. */
export const pathOf = (mark: Mark): string => `M${outlineOf(mark).join(' ')}Z`;

/** The place in `rules` of the first rule that a point breaks; -1 for none. */
export const brokenRule = (point: ControlPoint, rules: readonly ChartRule[]): number =>
  point.signals.length === 0 ? -1 : rules.findIndex(({ id }) => point.signals.includes(id));

/** The phase that a point belongs to. */
export const phaseAt = (phases: readonly ChartPhase[], index: number): ChartPhase | undefined =>
  phases.findLast(({ start }) => start <= index);

/** The place of the point of this number; null where it is not among them. Points follow each other without gaps. */
export function placeOf(points: readonly ControlPoint[], index: number | null): number | null {
  const first = points[0]?.index;
  if (index === null || first === undefined) return null;
  const place = index - first;
  return points[place]?.index === index ? place : null;
}
