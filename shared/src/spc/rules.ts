/**
 * A run rule is data. By its pattern the newest point signals when it and the points before it are
 * - `beyond` (unless told otherwise): at least `count` of the last `window` points beyond `zone` sigma on one side of
 *   the centre line, the newest one among them. Zone 0 is the centre line, zone 3 the control limit;
 * - `outside`: the same, on either side;
 * - `within`: at least `count` of the last `window` points within `zone` sigma, the newest one among them;
 * - `trend`: `window` points in a row, each above (or each below) the one before it;
 * - `alternating`: `window` points in a row that go up and down in turn;
 * - `range`: two controls of one run far apart, R-4s (see `RuleOptions`).
 */
export type Rule<Id extends string = string> = {
  /** 1 to 20 characters, one of its kind in its rule set. */
  readonly id: Id;
  /** The rule in words, as people read it. */
  readonly title: string;
  /** 1 to 32 points. */
  readonly window: number;
  readonly count: number;
  /** In sigma; without meaning to `trend` and `alternating`. */
  readonly zone: number;
  readonly pattern?: RulePattern;
  /** Asks for a second look and rejects nothing, as Westgard's 1-2s does. It is judged like any other rule. */
  readonly warning?: boolean;
};

export const rulePatterns = ['beyond', 'outside', 'within', 'trend', 'alternating', 'range'] as const;
export type RulePattern = (typeof rulePatterns)[number];

export type RuleOptions = {
  /**
   * When two controls of one run break R-4s: `westgard` (unless told otherwise) where one is above +2 sigma and another
   * below −2 sigma, as Westgard et al. (1981) define it; `range` where they are more than 4 sigma apart wherever they
   * lie, as laboratory analysers commonly do. Both in the sigma of each control.
   */
  r4s?: 'westgard' | 'range';
};

/** The run rules a series may be judged by. */
export const ruleIds = ['WE1', 'WE2', 'WE3', 'WE4'] as const;
export type RuleId = (typeof ruleIds)[number];
