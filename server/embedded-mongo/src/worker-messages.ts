import type { MessagePort } from 'node:worker_threads';
import type { Place } from './wire/server.ts';

/** `port`: where the commands of this very process come in. */
export type WorkerSettings = { file: string; place: Place; ttlSeconds: number; port: MessagePort };

export type FromWorker = { kind: 'listening'; url: string } | { kind: 'failed'; message: string } | { kind: 'closed' };

/** The one thing the worker is told: to close the file and end. */
export type ToWorker = { kind: 'close' };
