import { z } from 'zod';
import { Id, Instant, Version } from '../ids.ts';
import { RuleId } from '../series/rule-id.ts';

export const alertStates = ['open', 'acknowledged', 'in-action', 'closed'] as const;
export type AlertState = (typeof alertStates)[number];

/** Why an alert was closed: its cause was found, or the process was never out of control. */
export const verdicts = ['cause', 'false-alarm'] as const;

/** The lines that the point which opened an alert was judged by. */
export const AlertLimits = z
  .object({ center: z.number(), sigma: z.number(), ucl: z.number(), lcl: z.number() })
  .meta({ id: 'AlertLimits' });
export type AlertLimits = z.infer<typeof AlertLimits>;

/** Whoever acknowledged it. Those who do it at once are all kept, each person once; the first made it acknowledged. */
export const Acknowledgement = z
  .object({ byId: z.string(), byName: z.string(), at: Instant, comment: z.string() })
  .meta({ id: 'Acknowledgement' });
export type Acknowledgement = z.infer<typeof Acknowledgement>;

export const AlertStep = z
  .object({
    text: z.string(),
    required: z.boolean(),
    done: z.object({ byName: z.string(), at: Instant, note: z.string() }).nullable(),
  })
  .meta({ id: 'AlertStep' });
export type AlertStep = z.infer<typeof AlertStep>;

/** The work on an alert: the checklist as the plan of its series was when it began. */
export const AlertAction = z
  .object({
    ownerId: z.string(),
    ownerName: z.string(),
    dueAt: Instant.nullable(),
    startedAt: Instant,
    startedByName: z.string(),
    steps: z.array(AlertStep),
  })
  .meta({ id: 'AlertAction' });
export type AlertAction = z.infer<typeof AlertAction>;

export const AlertClosed = z
  .object({ at: Instant, byName: z.string(), verdict: z.enum(verdicts), cause: z.string(), comment: z.string() })
  .meta({ id: 'AlertClosed' });

/** It keeps quiet until the first of these: a time, a point of its series, or its next signal or change of state. */
export const Snooze = z
  .object({
    until: Instant.nullable(),
    untilIndex: z.int().nullable(),
    untilChange: z.boolean(),
    byName: z.string(),
    at: Instant,
    reason: z.string(),
  })
  .meta({ id: 'Snooze' });
export type Snooze = z.infer<typeof Snooze>;

/** What happened to an alert, in the words of its history. */
export const alertActWords = [
  'opened',
  'acknowledged',
  'started',
  'assigned',
  'ticked',
  'unticked',
  'closed',
  'reopened',
  'snoozed',
  'woke',
  'escalated',
  'withdrawn',
  'restored',
] as const;
export const AlertAct = z
  .object({ at: Instant, byName: z.string(), act: z.enum(alertActWords), text: z.string() })
  .meta({ id: 'AlertAct' });
export type AlertAct = z.infer<typeof AlertAct>;

/** How many acts an alert remembers: the newest ones. The audit trail has them all. */
export const mostActs = 200;

/**
 * A process out of control: consecutive signals of one rule on one side of the centre line are one alert.
 * `firstIndex` is the point that opened it, `signals` how many points it has by now.
 */
export const Alert = z
  .object({
    id: Id,
    seriesId: Id,
    seriesName: z.string(),
    projectId: Id,
    /** The instrument that the series, or the run of that point, is about. */
    instrumentId: Id.nullable(),
    unit: z.string(),
    rule: RuleId,
    ruleTitle: z.string(),
    /** Null where the rule knows no side, as with points that alternate. */
    side: z.enum(['above', 'below']).nullable(),
    /** The phase of the series, by its first point, and the version of its limits. */
    phaseStart: z.int(),
    limitsVersion: z.int(),
    firstIndex: z.int(),
    lastIndex: z.int(),
    signals: z.int().min(1),
    /** The plotted value of the point that opened it. */
    value: z.number().nullable(),
    limits: AlertLimits,
    runId: Id.nullable(),
    /** Empty where the points come from no run. */
    runName: z.string(),
    openedAt: Instant,
    lastAt: Instant,
    state: z.enum(alertStates),
    acknowledgements: z.array(Acknowledgement),
    /** Null until work on it begins. */
    action: AlertAction.nullable(),
    closed: AlertClosed.nullable(),
    snoozed: Snooze.nullable(),
    /** How often it was opened again. */
    reopenings: z.int().min(0),
    /** How many levels of the plan were told because nobody acknowledged it. */
    escalation: z.int().min(0).max(3),
    escalatedAt: Instant.nullable(),
    /** A revision of the limits made it vanish; where that is taken back it is as it was. */
    withdrawn: z.object({ limitsVersion: z.int(), at: Instant, byName: z.string() }).nullable(),
    /** No run starts on its instrument now. */
    holds: z.boolean(),
    /** Its history, as it is told to people; the newest of it. */
    acts: z.array(AlertAct),
    /** Grows with what people change of how it is worked on: action, steps, closing, reopening. Who closes names what they saw. */
    revision: Version,
    /** Grows with every change and every signal: of two copies the higher one is the newer. */
    version: Version,
  })
  .meta({ id: 'Alert' });
export type Alert = z.infer<typeof Alert>;
