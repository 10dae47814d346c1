import { z } from 'zod';
import { Description, Id, Instant, Name, Version } from '../ids.ts';
import { LockOut } from '../instruments/lock-out.ts';
import { runStates } from './life-cycle.ts';
import { Parameter, Parameters } from './parameter.ts';
import { Result } from './result.ts';
import { PlannedSteps, Step } from './step.ts';

export const RunState = z.enum(runStates).meta({ id: 'RunState' });

/** A lock-out that somebody took responsibility for; it stays on the run for ever. */
export const Override = z
  .object({ lockOut: LockOut, reason: z.string(), at: Instant, byId: Id, byName: z.string() })
  .meta({ id: 'Override' });
export type Override = z.infer<typeof Override>;

/** The recipe by its name and version, in words, and what was worked on, as it is labelled. */
const RecipeName = z.string().trim().max(120, 'At most 120 characters.');
const SampleNames = z
  .array(z.string().trim().min(1, 'A sample needs a name.').max(80, 'At most 80 characters.'))
  .max(200, 'At most 200 samples.')
  .refine((names) => new Set(names).size === names.length, 'Each sample stands once.');

/** What boards and headers show of a run. Its notes are the Yjs document at /collab/run/<id>. */
export const Run = z
  .object({
    id: Id,
    projectId: Id,
    instrumentId: Id.nullable(),
    /** The instrument's name when the run was created. */
    instrumentName: z.string().nullable(),
    name: z.string(),
    description: z.string(),
    recipe: z.string(),
    samples: z.array(z.string()),
    parameters: z.array(Parameter),
    steps: z.array(Step),
    results: z.array(Result),
    /** The run whose settings it took over; null where it was made anew. */
    clonedFrom: Id.nullable(),
    state: RunState,
    /** Why it is blocked; null in every other state. */
    lockOut: LockOut.nullable(),
    /** The lock-outs that somebody took responsibility for. */
    overrides: z.array(Override),
    /** 0 to 1; null while nothing has been reported. */
    progress: z.number().min(0).max(1).nullable(),
    /** Why it failed or was cancelled; empty otherwise. */
    reason: z.string(),
    /** Sequence number of the newest event; 0 when there is none. */
    lastSeq: z.int().min(0),
    /** When the instrument was last heard of; a running run without a recent one is stale. */
    heartbeatAt: Instant.nullable(),
    /** Grows with all that happens to it. */
    version: Version,
    /** Grows with each change of what people wrote: its name, description and settings. */
    revision: Version,
    createdAt: Instant,
    startedAt: Instant.nullable(),
    finishedAt: Instant.nullable(),
    createdBy: Id,
    createdByName: z.string(),
  })
  .meta({ id: 'Run' });
export type Run = z.infer<typeof Run>;

export const NewRun = z.strictObject({
  projectId: Id,
  name: Name,
  description: Description.default(''),
  instrumentId: Id.nullable().default(null),
  recipe: RecipeName.default(''),
  samples: SampleNames.default([]),
  parameters: Parameters.default([]),
  steps: PlannedSteps.default([]),
  clonedFrom: Id.nullable().default(null).describe('The run whose settings these are'),
});
export type NewRun = z.infer<typeof NewRun>;

/** What may be changed of a run; how it was set up only until it starts. */
export const RunEdit = z
  .strictObject({
    name: Name,
    description: Description,
    recipe: RecipeName,
    samples: SampleNames,
    parameters: Parameters,
  })
  .partial();
export type RunEdit = z.infer<typeof RunEdit>;

/** A running run that has not been heard of for this long (milliseconds) is shown as stale. */
export const staleAfter = 30_000;
