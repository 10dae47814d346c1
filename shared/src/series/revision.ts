import { z } from 'zod';
import { Name } from '../ids.ts';
import { LimitSource, Phase, PointIndex, SeriesRules } from './phase.ts';
import { Episode } from './point.ts';

const Points = z.array(PointIndex).max(1000, 'At most 1,000 points at once.');

export const revisionFields = {
  /** Acts on the phase that starts here; on the newest one unless told. */
  phase: PointIndex.optional(),
  /** Starts a new phase at this point, within the one it is in; limits and rules of the revision are those of the new phase. */
  startPhase: z.strictObject({ at: PointIndex.min(1, 'The first phase is there already.'), name: Name }).optional(),
  /** Joins the phase (not the first) to the one before it, whose limits and rules stay. */
  endPhase: z.literal(true).optional(),
  name: Name.optional(),
  limits: LimitSource.optional(),
  rules: SeriesRules.optional(),
  /** Points that are left out of limits and rules from now on, and those that count again. */
  exclude: Points.optional(),
  include: Points.optional(),
} as const;

/** A change of how points are judged; what is absent stays. */
export const Revision = z.strictObject(revisionFields).meta({ id: 'Revision' });
export type Revision = z.infer<typeof Revision>;

/** The most alarms that a diff names one by one on each side. */
export const mostInDiff = 1000;

/** What a revision changes: alarms that appear, and those that vanish, the newest of them in order. */
export const RevisionDiff = z
  .object({
    phases: z.array(Phase),
    appears: z.array(Episode),
    vanishes: z.array(Episode),
    /** How many there are in all, and how many stay. */
    appearing: z.int(),
    vanishing: z.int(),
    stays: z.int(),
  })
  .meta({ id: 'RevisionDiff' });
export type RevisionDiff = z.infer<typeof RevisionDiff>;
