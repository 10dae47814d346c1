import { z } from 'zod';
import { Description, Id, Instant, Name, Version } from '../ids.ts';
import { runStates } from './life-cycle.ts';

export const RunState = z.enum(runStates).meta({ id: 'RunState' });

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
    state: RunState,
    /** 0 to 1; null while nothing has been reported. */
    progress: z.number().min(0).max(1).nullable(),
    /** Why it failed or was cancelled; empty otherwise. */
    reason: z.string(),
    /** Sequence number of the newest event; 0 when there is none. */
    lastSeq: z.int().min(0),
    /** When the instrument was last heard of; a running run without a recent one is stale. */
    heartbeatAt: Instant.nullable(),
    version: Version,
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
});
export type NewRun = z.infer<typeof NewRun>;

/** A running run that has not been heard of for this long (milliseconds) is shown as stale. */
export const staleAfter = 30_000;
