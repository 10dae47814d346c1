import type { z } from 'zod';
import type { Problem } from '../errors.ts';
import type { runEndpoints } from '../runs/endpoints.ts';

/** Where the websocket of instruments is; whoever opens it shows a key in the Authorization header. */
export const ingestPath = '/ingest';

/** Why the server closed it. After anything else a client comes back by itself. */
export const ingestClose = {
  /** The key is unknown, over or revoked. */
  keyOver: 4401,
  /** The key may not send data of runs. */
  notAllowed: 4403,
  /** The key has too many sockets open. */
  tooMany: 4429,
  tooBig: 1009,
  restarting: 1012,
  /** It sends and does not read the answers. */
  tooSlow: 4508,
} as const;

/** What is sent: a batch as over HTTP, and in the same message the run that it belongs to. */
export type IngestMessage = z.input<typeof runEndpoints.record.input>;

/** What a batch is answered with; `id` and `batch` as they came, null where they could not be read. */
export type IngestAnswer = { id: string | null; batch: string | null } & (
  { receipt: z.output<typeof runEndpoints.record.output> } | { problem: Problem; retryAfterSeconds?: number }
);
