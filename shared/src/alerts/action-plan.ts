import { z } from 'zod';
import { Id } from '../ids.ts';
import { RuleId } from '../series/rule-id.ts';

/** One step of a checklist; an alert is closed with its cause only when those that are required are done. */
export const ChecklistStep = z
  .strictObject({
    text: z.string().trim().min(1, 'A step needs words.').max(300, 'At most 300 characters.'),
    required: z.boolean().default(true),
  })
  .meta({ id: 'ChecklistStep' });

/** Ages in minutes, one for each level. */
const Escalation = z
  .array(z.int('Whole minutes.').min(1, 'At least 1 minute.').max(43_200, 'At most 30 days.'))
  .max(3, 'At most three levels.')
  .refine(
    (ages) => ages.every((age, i) => i === 0 || age > Number(ages[i - 1])),
    'Each level is later than the one before.',
  );

/** What is done about the alerts of a series (OCAP, out-of-control action plan); an alert copies it when work on it begins. */
export const ActionPlan = z
  .strictObject({
    checklist: z.array(ChecklistStep).max(30, 'At most 30 steps.').default([]),
    /** Who works on its alerts unless somebody else is named, and who is told first of one that nobody acknowledges. */
    ownerId: Id.nullable().default(null),
    /** By when an alert is to be dealt with, counted from when work on it begins; null where there is no due time. */
    dueHours: z.number().positive('Above 0 hours.').max(720, 'At most 30 days.').nullable().default(null),
    /** Ages of an alert that nobody has acknowledged at which somebody else is told, rising. */
    escalateAfterMinutes: Escalation.default([]),
    /** While an alert of one of these rules is not closed, no run starts on the instrument it is about. */
    holdRules: z.array(RuleId).max(30, 'At most 30 rules.').default([]),
  })
  .meta({ id: 'ActionPlan' });
export type ActionPlan = z.infer<typeof ActionPlan>;

/** The plan of a series that nobody has made one for. */
export const noPlan: ActionPlan = ActionPlan.parse({});
