import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../platform/clock.ts';
import { inTime } from '../../platform/in-time.ts';
import { maxAppendMs, maxFlushBytes } from './limits.ts';
import type { DocumentLog, LogRecord } from './log.ts';
import { Pace } from './pace.ts';
import type { CollabDocument } from './peer.ts';

/** What became of a record. Of one that is lost nobody knows whether it was written. */
export type Outcome = { is: 'written' } | { is: 'stale' } | { is: 'lost'; cause: unknown };

/** A document with something to write. */
export type JournalEntry = {
  readonly document: CollabDocument;
  /** Bytes that it would write now. */
  readonly waitingBytes: number;
  /** Its turn has come: what to write, or null for nothing any more. */
  take(at: Date): LogRecord | null;
  told(outcome: Outcome): void;
};

type JournalParts = { log: Pick<DocumentLog, 'append'>; clock: Clock; pace?: Pick<Pace, 'begin' | 'next'> };

/**
 * Group commit for all documents: while one write runs, everything that comes waits and is the next, so that a commit is
 * paid for by everybody who typed meanwhile. The first to come waits for the turn of the event loop to end, and so shares
 * its commit with whatever came in the same turn; for a timer only where the pace says so.
 */
export class Journal {
  readonly #log: Pick<DocumentLog, 'append'>;
  readonly #clock: Clock;
  readonly #pace: Pick<Pace, 'begin' | 'next'>;
  #waiting: JournalEntry[] = [];
  #running = false;

  constructor({ log, clock, pace = new Pace() }: JournalParts) {
    this.#log = log;
    this.#pace = pace;
    this.#clock = clock;
  }

  /** Puts a document into the queue. It is asked once for its record and told once what became of it. */
  enlist(entry: JournalEntry): void {
    this.#waiting.push(entry);
    if (this.#running) return;
    this.#running = true;
    setImmediate(() => void this.#run());
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#flush(this.#next());
      await this.#pace.next();
      // Whatever has come meanwhile is read from its sockets first, and shares the next commit.
      await nextTurn();
    }
    this.#running = false;
  }

  async #flush(entries: readonly JournalEntry[]): Promise<void> {
    const at = this.#clock();
    const writers: JournalEntry[] = [];
    const records: { document: CollabDocument; record: LogRecord }[] = [];
    for (const entry of entries) {
      const record = entry.take(at);
      if (!record) continue;
      writers.push(entry);
      records.push({ document: entry.document, record });
    }
    if (records.length === 0) return;
    this.#pace.begin(records.length);
    const outcomes = await this.#append(records);
    for (const [at, writer] of writers.entries()) writer.told(outcomes(at));
  }

  /** A store that never answers must not stop everybody for ever: what became of the write is not known then. */
  async #append(records: readonly { document: CollabDocument; record: LogRecord }[]): Promise<(at: number) => Outcome> {
    try {
      const written = await inTime(maxAppendMs, this.#log.append(records), () => new Error('The log did not answer.'));
      return (at) => ({ is: written[at] ?? 'stale' });
    } catch (cause) {
      return () => ({ is: 'lost', cause });
    }
  }

  /** Takes from the front of the queue what one write takes, at least one. */
  #next(): JournalEntry[] {
    let bytes = 0;
    const end = this.#waiting.findIndex((entry, at) => {
      bytes += entry.waitingBytes;
      return at > 0 && bytes > maxFlushBytes;
    });
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
  }
}
