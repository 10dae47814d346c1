/** One point of an individuals chart. `signals` are the ids of the rules it breaks; a null value is a gap. */
export type ControlPoint = {
  index: number;
  /** Milliseconds since 1970. */
  at: number;
  value: number | null;
  signals: readonly string[];
};

/** The lines of an individuals chart, in the unit of the values. */
export type ControlLines = { center: number; sigma: number; ucl: number; lcl: number };

/** A rule that points may break, in the order that gives it its mark. */
export type ChartRule = { id: string; words: string };

/** How points that break a rule are marked: a shape and a colour each, so that neither is needed alone. */
const marks = [
  { shape: 'diamond', colour: 'red' },
  { shape: 'square', colour: 'orange' },
  { shape: 'triangle', colour: 'accent-ink' },
  { shape: 'bowtie', colour: 'blue' },
] as const;
export type Mark = (typeof marks)[number];

/** Outlines around 0/0 with a radius of about 1, as SVG paths. */
export const shapePath = {
  diamond: 'M0-1.25 1.25 0 0 1.25-1.25 0Z',
  square: 'M-.95-.95H.95V.95H-.95Z',
  triangle: 'M0-1.2 1.15.85H-1.15Z',
  bowtie: 'M-1.1-1V1L1.1-1V1Z',
} as const satisfies Record<Mark['shape'], string>;

/** The mark of a rule; more rules than marks share them. */
export const markOf = (rule: number): Mark => marks[rule % marks.length] ?? marks[0];

/** The place in `rules` of the first rule that a point breaks; -1 for none. */
export const brokenRule = (point: ControlPoint, rules: readonly ChartRule[]): number =>
  point.signals.length === 0 ? -1 : rules.findIndex(({ id }) => point.signals.includes(id));
