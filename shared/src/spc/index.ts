export { evaluateRules, type RuleRequest } from './evaluate-rules.ts';
export { computeLimits, type LimitOptions, type Limits, type Measurement } from './limits.ts';
export { createRuleStream, type Lines, type RuleState, type RuleStream } from './rule-stream.ts';
export { ruleIds, ruleSets, type Rule, type RuleId, type RuleSetName } from './rules.ts';
export { sideOf, zoneLines, zoneOf, type Side, type Zone } from './zones.ts';
