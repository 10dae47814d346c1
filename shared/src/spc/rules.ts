/** The run rules a series may be judged by (Western Electric, Statistical Quality Control Handbook, 1956). */
export const ruleIds = ['WE1', 'WE4'] as const;
export type RuleId = (typeof ruleIds)[number];
