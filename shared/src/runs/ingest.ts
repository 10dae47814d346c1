import { z } from 'zod';
import { Id } from '../ids.ts';
import { ReportedEvent } from './run-event.ts';

/** The most events one batch may carry. */
export const longestBatch = 500;
/** So many batches of a sender may wait for one that is missing. */
export const mostWaiting = 64;
/** So many senders a run may have. */
export const mostSenders = 100;
/** So many missing batches one answer names. */
export const mostMissingNamed = 50;
/** A batch that is missing for this long (milliseconds) is given up: those that wait for it are stored without it. */
export const givenUpAfter = 60_000;

export const Sender = z.string().trim().min(1, 'A sender needs a name.').max(64, 'At most 64 characters.');

/** A batch from an instrument. Sending the same `batch` again stores nothing twice and answers the same. */
export const RunBatch = z.object({
  id: Id,
  batch: z.string().min(1).max(100).describe('Idempotency key of this batch, chosen by the sender'),
  sender: Sender.optional().describe('Who numbers its batches, for instance one program of the tool; with `number`'),
  number: z
    .int()
    .min(1)
    .optional()
    .describe('The batches of one sender of a run count 1, 2, 3 …: they are stored in this order'),
  events: z
    .array(ReportedEvent)
    .max(longestBatch, `At most ${longestBatch} events in a batch.`)
    .describe('Empty: a bare heartbeat'),
});
export type RunBatch = z.infer<typeof RunBatch>;

/** The batch as the ingest takes it: nothing else in it, and `sender` and `number` both or neither. */
export const IngestInput = RunBatch.strict().superRefine(({ sender, number }, context) => {
  if ((sender === undefined) === (number === undefined)) return;
  const absent = sender === undefined ? 'sender' : 'number';
  context.addIssue({ code: 'custom', path: [absent], message: '`sender` and `number` go together.' });
});

/** What became of a batch. An answer means that it is on disk. */
export const RunReceipt = z
  .object({
    /** The number of the newest event of the batch, or of the run where nothing of it is in the history yet. */
    lastSeq: z.int(),
    /** So many events of it are in the history; 0 for a heartbeat, and for a batch that waits for one before it. */
    stored: z.int(),
    /** Whether it was here already. */
    duplicate: z.boolean(),
    /** The numbers of batches before this one that are not here yet, ascending, at most 50. */
    missing: z.array(z.int()),
  })
  .meta({ id: 'RunReceipt' });
export type RunReceipt = z.infer<typeof RunReceipt>;
