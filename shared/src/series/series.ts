import { z } from 'zod';
import { ActionPlan, noPlan } from '../alerts/action-plan.ts';
import { Description, Id, Instant, Name, Version } from '../ids.ts';
import { ruleSets } from '../spc/rule-sets.ts';
import { ChartDefinition, hasLimitsOnly, needsSizes, needsSubgroups, noSpecification, Specification } from './chart.ts';
import { LimitSource, Phase, SeriesRules, type SeriesRule } from './phase.ts';
import { SeriesSource, Subgrouping } from './source.ts';

const Unit = z.string().trim().max(20, 'At most 20 characters.');

/** A control chart. */
export const Series = z
  .object({
    id: Id,
    projectId: Id,
    name: z.string(),
    description: z.string(),
    source: SeriesSource,
    /** The instrument that the source names. */
    instrumentId: Id.nullable(),
    unit: z.string(),
    subgrouping: Subgrouping,
    chart: ChartDefinition,
    specification: Specification,
    /** By their start; the last one judges new points. */
    phases: z.array(Phase),
    /** The newest version of any limits: where it grows, points that were judged before may be judged otherwise now. */
    limitsVersion: z.int().min(1),
    plan: ActionPlan,
    pointCount: z.int().min(0),
    /** The plotted value of the newest point. */
    lastValue: z.number().nullable(),
    lastAt: Instant.nullable(),
    /** How many measurements wait for their subgroup to be complete. */
    pending: z.int().min(0),
    /** Alerts that are neither closed nor withdrawn. */
    openAlerts: z.int().min(0),
    /** When it was put away; it takes no points then. */
    archived: Instant.nullable(),
    /** Grows with every change: of two copies the higher one is the newer. */
    version: Version,
    /** Grows with what people change: who changes it names what they saw. */
    revision: Version,
    createdAt: Instant,
  })
  .meta({ id: 'Series' });
export type Series = z.infer<typeof Series>;

const WE = ruleSets['western-electric'];

/** The rules of a chart for which nobody chose any. */
export const usualRules = ({ kind }: Pick<ChartDefinition, 'kind'>): SeriesRule[] =>
  (kind === 'cusum' || kind === 'ewma' ? [WE[0]] : [WE[0], WE[3]]).map((rule) => ({ ...rule }));

const individuals = ChartDefinition.parse({ kind: 'i' });

export const NewSeries = z
  .strictObject({
    projectId: Id,
    name: Name,
    description: Description.default(''),
    source: SeriesSource,
    unit: Unit.default(''),
    subgrouping: Subgrouping.default({ by: 'each' }),
    chart: ChartDefinition.default(individuals),
    specification: Specification.default(noSpecification),
    limits: LimitSource,
    /** Unless told: beyond the limits, and eight on one side where that means something. */
    rules: SeriesRules.optional(),
    plan: ActionPlan.default(noPlan),
  })
  .superRefine(({ source, subgrouping, chart, rules, limits }, context) => {
    for (const [field, message] of misfits({ source, subgrouping, chart, rules })) {
      context.addIssue({ code: 'custom', path: field.split('/'), message });
    }
    if (limits.from === 'points') {
      const message = 'A new series has no points yet.';
      context.addIssue({ code: 'custom', path: ['limits', 'from'], message });
    }
  });
export type NewSeries = z.infer<typeof NewSeries>;

type Plan = {
  source: SeriesSource;
  subgrouping: Subgrouping;
  chart: ChartDefinition;
  rules?: SeriesRule[] | undefined;
};

/** What does not fit together, by field. */
function misfits({ source, subgrouping, chart, rules }: Plan): [field: string, message: string][] {
  const wrong: [string, string][] = [];
  const brought = source.from === 'points';
  if (brought && subgrouping.by !== 'each')
    wrong.push(['subgrouping/by', 'Points that are brought are points already.']);
  if (!brought && subgrouping.by === 'each' && needsSubgroups(chart.kind)) {
    wrong.push(['subgrouping/by', 'Each point of this chart needs several measurements.']);
  }
  if (!brought && needsSizes(chart.kind) && chart.sampleSize === null) {
    wrong.push(['chart/sampleSize', 'Say what each count is out of.']);
  }
  const unfit = rules ? unfitRule(chart, rules) : null;
  if (unfit) wrong.push(['rules', unfit]);
  return wrong;
}

/** Why rules cannot be used on a chart; null where they can. */
export function unfitRule({ kind }: Pick<ChartDefinition, 'kind'>, rules: readonly SeriesRule[]): string | null {
  const other =
    hasLimitsOnly(kind) &&
    rules.find(({ window, zone, pattern = 'beyond' }) => window !== 1 || zone !== 3 || pattern !== 'beyond');
  return other ? `On a CUSUM chart only one point beyond its limit means something: ${other.id} does not.` : null;
}

/** What may be changed of a series without judging its points anew. */
export const SeriesEdit = z
  .strictObject({
    name: Name,
    description: Description,
    unit: Unit,
    specification: Specification,
    plan: ActionPlan,
    archived: z.boolean(),
  })
  .partial();
export type SeriesEdit = z.infer<typeof SeriesEdit>;
