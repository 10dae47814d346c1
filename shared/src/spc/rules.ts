/**
 * A run rule: the newest point signals when it and at least `count` of the last `window` points lie beyond `zone` sigma
 * on the same side of the centre line.
 */
export type Rule<Id extends string = string> = {
  readonly id: Id;
  /** The rule in words. */
  readonly title: string;
  /** 1 to 32 points. */
  readonly window: number;
  readonly count: number;
  /** 0 is the centre line, 3 the control limit. */
  readonly zone: 0 | 1 | 2 | 3;
};

/** The run rules a series may be judged by. */
export const ruleIds = ['WE1', 'WE2', 'WE3', 'WE4'] as const;
export type RuleId = (typeof ruleIds)[number];

/** Rule sets by name. Western Electric Company, Statistical Quality Control Handbook (1956), tests for instability. */
export const ruleSets = {
  'western-electric': [
    { id: 'WE1', title: 'One point beyond 3 sigma', window: 1, count: 1, zone: 3 },
    { id: 'WE2', title: 'Two of three points in a row beyond 2 sigma on one side', window: 3, count: 2, zone: 2 },
    { id: 'WE3', title: 'Four of five points in a row beyond 1 sigma on one side', window: 5, count: 4, zone: 1 },
    { id: 'WE4', title: 'Eight points in a row on one side of the centre line', window: 8, count: 8, zone: 0 },
  ],
} as const satisfies Record<string, readonly Rule<RuleId>[]>;
export type RuleSetName = keyof typeof ruleSets;
