import type { Place } from './wire/server.ts';

export type WorkerSettings = { file: string; place: Place; ttlSeconds: number };

export type FromWorker = { kind: 'listening'; url: string } | { kind: 'failed'; message: string } | { kind: 'closed' };

/** The one thing the worker is told: to close the file and end. */
export type ToWorker = { kind: 'close' };
