import { z } from 'zod';
import { Measured } from '../runs/measured.ts';
import { chartKinds, sigmaMethods, type ChartKind } from '../spc/charts.ts';

/** Which chart is drawn and how its limits are estimated; chosen when the series is made and kept, so that its points stay comparable. */
export const ChartDefinition = z
  .strictObject({
    kind: z.enum(chartKinds),
    /** How sigma is estimated; null: as is usual for the chart. */
    sigmaMethod: z.enum(sigmaMethods).nullable().default(null),
    /** How far the control limits are from the centre, in standard deviations of what is plotted. */
    nsigmas: z.number().min(1, 'At least 1.').max(6, 'At most 6.').default(3),
    /** EWMA: the weight of the newest point. */
    lambda: z.number().gt(0, 'Above 0.').max(1, 'At most 1.').default(0.2),
    /** EWMA: whether limits widen from the first point on. */
    limitsType: z.enum(['exact', 'asymptotic']).default('exact'),
    /** CUSUM: the limit of the sums, in standard deviations of a point. */
    decisionInterval: z.number().gt(0, 'Above 0.').max(20, 'At most 20.').default(5),
    /** CUSUM: the shift to be found soon, in standard deviations of a point. */
    shift: z.number().gt(0, 'Above 0.').max(6, 'At most 6.').default(1),
    /** CUSUM: where both sums start. */
    headStart: z.number().min(0, 'At least 0.').max(20, 'At most 20.').default(0),
    /** How many neighbours a moving range spans. */
    mrSpan: z.int().min(2, 'At least 2.').max(20, 'At most 20.').default(2),
    /** Charts of counts that are fed by runs: what each count is out of. Points that are brought say it themselves. */
    sampleSize: z.number().positive('Above 0.').max(1e12, 'At most 1e12.').nullable().default(null),
  })
  .meta({ id: 'ChartDefinition' });
export type ChartDefinition = z.infer<typeof ChartDefinition>;

/** What is asked of the product, in the unit of the data. */
export const Specification = z
  .strictObject({
    lsl: Measured.nullable().default(null),
    usl: Measured.nullable().default(null),
    target: Measured.nullable().default(null),
  })
  .refine(({ lsl, usl }) => lsl === null || usl === null || lsl < usl, {
    path: ['usl'],
    message: 'The upper limit is above the lower.',
  })
  .meta({ id: 'Specification' });
export type Specification = z.infer<typeof Specification>;
export const noSpecification: Specification = { lsl: null, usl: null, target: null };

const ofSubgroups: readonly ChartKind[] = ['xbar', 'r', 's', 'median'];
const ofCountsBySize: readonly ChartKind[] = ['p', 'np', 'u', 'laney-p', 'laney-u'];
const ofCounts: readonly ChartKind[] = [...ofCountsBySize, 'c', 'g'];
const ofEvenSums: readonly ChartKind[] = ['cusum'];

/** Whether each point needs several measurements. */
export const needsSubgroups = (kind: ChartKind): boolean => ofSubgroups.includes(kind);
/** Whether a count is worth something only together with what it is out of. */
export const needsSizes = (kind: ChartKind): boolean => ofCountsBySize.includes(kind);
/** Whether it counts whole things, which add up where several make one point. */
export const isOfCounts = (kind: ChartKind): boolean => ofCounts.includes(kind);
/** Whether only its limits mean something, as neighbours on it depend on each other by making. */
export const hasLimitsOnly = (kind: ChartKind): boolean => ofEvenSums.includes(kind);
