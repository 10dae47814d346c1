export { andersonDarling, type NormalityTest } from './anderson-darling.ts';
export {
  capability,
  capabilityIndices,
  type Capability,
  type CapabilityIndex,
  type CapabilityRequest,
} from './capability.ts';
export type { Interval } from './capability-intervals.ts';
export { conventions, type Convention } from './conventions.ts';
export { evaluateRules, type RuleRequest } from './evaluate-rules.ts';
export {
  chartKinds,
  sigmaMethods,
  type Chart,
  type ChartItem,
  type ChartKind,
  type ChartOptions,
  type ChartParameters,
  type ChartPoint,
  type ChartState,
  type Measurement,
  type SigmaMethod,
} from './charts.ts';
export { constants, type Constants } from './constants.ts';
export { createChart } from './create-chart.ts';
export { estimateParameters, type ChartRequest } from './estimate-parameters.ts';
export { judgedPoint, type JudgedPoint } from './judged-point.ts';
export { histogram, normalCurve, type Bin, type Histogram } from './histogram.ts';
export { computeLimits, type ConstantLimits, type CusumLimits, type Limits, type Line } from './limits.ts';
export type { PartsOutside } from './parts-outside.ts';
export type { RuleState } from './rule-judge.ts';
export { createRuleStream, type Lines, type PointOptions, type RuleStream } from './rule-stream.ts';
export { checkRule, checkRuleSet } from './check-rule.ts';
export { ruleSetNames, ruleSets, type RuleSetName } from './rule-sets.ts';
export { ruleIds, rulePatterns, type Rule, type RuleId, type RuleOptions, type RulePattern } from './rules.ts';
export { sideOfSignal } from './signal-side.ts';
export { sideOf, zoneLines, zoneOf, type Side, type Zone } from './zones.ts';
export { averageRunLength, type RuleRunLengths, type RunLengths } from './average-run-length.ts';
