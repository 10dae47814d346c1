import { MongoError } from '../language/errors.ts';
import type { Connection } from './connection.ts';

/**
 * Group commit: the writes of all commands that arrive together are one SQLite transaction and share one fsync. Whoever
 * has written, or has read what is not yet safe, waits for `durable` before it answers.
 */
export class Journal {
  readonly #writer: Connection;
  readonly #onRollback: () => void;
  #open = false;
  /** Settled by the next commit; there is none as long as nobody waits. */
  #waiting: PromiseWithResolvers<void> | undefined;

  constructor(writer: Connection, onRollback: () => void) {
    this.#writer = writer;
    this.#onRollback = onRollback;
  }

  /** Runs one command's writes: all of them happen, or none when `work` throws. */
  write<T>(work: () => T): T {
    this.#begin();
    this.#writer.run('SAVEPOINT command');
    try {
      const result = work();
      this.#writer.run('RELEASE command');
      return result;
    } catch (error) {
      this.#undo();
      throw error;
    }
  }

  /** Resolves when everything written so far is on the disk; rejects when it could not be brought there. */
  durable(): Promise<void> | undefined {
    if (!this.#open) return undefined;
    this.#waiting ??= Promise.withResolvers();
    return this.#waiting.promise;
  }

  /** Commits now. */
  flush(): void {
    if (!this.#open) return;
    try {
      this.#writer.run('COMMIT');
      this.#open = false;
      this.#waiting?.resolve();
      this.#waiting = undefined;
    } catch (error) {
      this.#fail(error);
    }
  }

  #begin(): void {
    if (this.#open) return;
    this.#writer.run('BEGIN IMMEDIATE');
    this.#open = true;
    setImmediate(() => this.flush());
  }

  #undo(): void {
    // On a full disk SQLite has already rolled back everything, the other commands' writes too.
    if (!this.#writer.inTransaction) this.#fail(new Error('the transaction was rolled back'));
    else {
      this.#writer.exec('ROLLBACK TO command; RELEASE command');
      this.#afterRollback();
    }
  }

  #fail(cause: unknown): void {
    this.#open = false;
    if (this.#writer.inTransaction) this.#writer.exec('ROLLBACK');
    this.#afterRollback();
    this.#waiting?.reject(storageError(cause));
    this.#waiting = undefined;
  }

  #afterRollback(): void {
    this.#writer.epoch++;
    this.#onRollback();
  }
}

const SQLITE_FULL = 13;
const SQLITE_NO_TABLE = /no such table: [cit]\d+/;

/** An error of SQLite in MongoDB's terms. */
export function storageError(error: unknown): Error {
  if (!(error instanceof Error) || error instanceof MongoError) return error as Error;
  if (SQLITE_NO_TABLE.test(error.message))
    return new MongoError(175, 'QueryPlanKilled', 'the collection or index of this query was dropped');
  if (!('errcode' in error)) return error;
  if (error.errcode === SQLITE_FULL)
    return new MongoError(14031, 'OutOfDiskSpace', 'the disk is full: nothing of this write was kept');
  return new MongoError(1, 'InternalError', `the data file cannot be written or read: ${error.message}`);
}
