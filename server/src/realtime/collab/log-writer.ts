import { Batch } from './batch.ts';
import type { Journal, JournalEntry, Outcome } from './journal.ts';
import { catchUpRecords, maxRecordBytes } from './limits.ts';
import type { DocumentLog, LogRecord } from './log.ts';
import type { Member } from './member.ts';
import { clientsIn } from './owners.ts';
import type { CollabDocument, Writer } from './peer.ts';

type WriterParts = {
  document: CollabDocument;
  log: Pick<DocumentLog, 'records'>;
  journal: Pick<Journal, 'enlist'>;
  /** The batch is durable, as this record. */
  written: (batch: Batch, record: LogRecord) => void;
  /** Another process has written this; it is durable. */
  foreign: (record: LogRecord) => void;
  /** The log could not be written or read; nothing is written after it. */
  failed: (cause: unknown) => void;
};

/**
 * What waits for the log of one document: one record of it is on its way at a time, and whatever comes meanwhile is the
 * next.
 */
export class LogWriter implements JournalEntry {
  readonly #parts: WriterParts;
  /** The record on its way, and what it is made of. */
  #flying: { batch: Batch; record: LogRecord } | null = null;
  /** What is not on its way yet; the last takes what comes. */
  readonly #waiting: Batch[] = [];
  #enlisted = false;
  #stopped = false;
  #seq: number;
  #bytes = 0;
  #catchingUp: Promise<boolean> | null = null;
  #heardMore = false;

  constructor(parts: WriterParts, seq: number) {
    this.#parts = parts;
    this.#seq = seq;
  }

  get document(): CollabDocument {
    return this.#parts.document;
  }

  /** The last record of the document that we know. */
  get seq(): number {
    return this.#seq;
  }

  /** What everything that came so far is durable with; undefined if all of it is. */
  get last(): Batch | undefined {
    return this.#waiting.at(-1) ?? this.#flying?.batch;
  }

  /** Bytes of updates that are not durable yet. */
  get undurableBytes(): number {
    return this.#bytes;
  }

  get waitingBytes(): number {
    return this.#waiting[0]?.bytes ?? 0;
  }

  /** Whose structs are in what is not durable yet. */
  undurableClients(): ReadonlySet<number> {
    const clients = new Set<number>();
    for (const { parts } of this.#undurable()) {
      for (const { update } of parts) for (const client of clientsIn(update)) clients.add(client);
    }
    return clients;
  }

  /** Takes an update, and returns what it becomes durable with. */
  write(by: Writer, update: Uint8Array, from: Member | null): Batch {
    const batch = this.#open(by, update.length);
    batch.add(by, update, from);
    this.#bytes += update.length;
    this.#enlist();
    return batch;
  }

  take(at: Date): LogRecord | null {
    this.#enlisted = false;
    const batch = this.#stopped || this.#flying ? undefined : this.#waiting.shift();
    if (!batch) return null;
    const record = { seq: this.#seq + 1, at, parts: batch.parts };
    this.#flying = { batch, record };
    return record;
  }

  told(outcome: Outcome): void {
    const flying = this.#flying;
    if (this.#stopped || !flying) return;
    switch (outcome.is) {
      case 'written':
        return this.#land(flying);
      case 'stale':
        return void this.#makeWay(flying);
      case 'lost':
        return this.#fail(outcome.cause);
      default:
        return outcome satisfies never;
    }
  }

  /** Another process says that it has written a record. */
  heard(record: LogRecord): void {
    if (this.#stopped || record.seq <= this.#seq) return;
    if (this.#flying || this.#catchingUp) this.#heardMore = true;
    else if (record.seq > this.#seq + 1) this.#readOnSoon();
    else this.#attempt(() => this.#takeForeign(record));
  }

  /**
   * Reads what others have written since. False where a record of ours is under way in whose place theirs may stand: that is
   * told by whoever writes it. @throws where the log cannot be read.
   */
  catchUp(): Promise<boolean> {
    this.#heardMore = true;
    this.#catchingUp ??= this.#readOn().finally(() => {
      this.#catchingUp = null;
      if (this.#waiting.length > 0) this.#enlist();
    });
    return this.#catchingUp;
  }

  stop(cause: unknown): void {
    this.#stopped = true;
    for (const batch of this.#undurable()) batch.fail(cause);
    this.#waiting.length = 0;
    this.#flying = null;
  }

  /** Everything that is not durable yet, oldest first. */
  *#undurable(): Generator<Batch> {
    if (this.#flying) yield this.#flying.batch;
    yield* this.#waiting;
  }

  #open(by: Writer, bytes: number): Batch {
    const last = this.#waiting.at(-1);
    if (last && last.bytes + bytes <= maxRecordBytes) return last;
    const batch = new Batch(by);
    this.#waiting.push(batch);
    return batch;
  }

  #enlist(): void {
    if (this.#enlisted || this.#flying || this.#catchingUp || this.#stopped) return;
    this.#enlisted = true;
    this.#parts.journal.enlist(this);
  }

  #land({ batch, record }: { batch: Batch; record: LogRecord }): void {
    this.#flying = null;
    this.#seq = record.seq;
    this.#bytes -= batch.bytes;
    this.#attempt(() => this.#parts.written(batch, record));
    if (this.#stopped) return;
    if (this.#heardMore) this.#readOnSoon();
    if (this.#waiting.length > 0) this.#enlist();
  }

  /** The number was taken by another process: its records come first, and ours goes after them. */
  async #makeWay({ batch, record }: { batch: Batch; record: LogRecord }): Promise<void> {
    this.#flying = null;
    this.#waiting.unshift(batch);
    try {
      await this.catchUp();
      if (!this.#stopped && this.#seq < record.seq) throw new Error(`Record ${record.seq} is taken, but not there.`);
    } catch (cause) {
      this.#fail(cause);
    }
  }

  #readOnSoon(): void {
    this.catchUp().catch((cause: unknown) => this.#fail(cause));
  }

  async #readOn(): Promise<boolean> {
    const { log, document } = this.#parts;
    while (this.#heardMore) {
      this.#heardMore = false;
      const records = await log.records(document, { after: this.#seq, limit: catchUpRecords });
      for (const record of records) {
        // Ours may be among them already: what became of it we are told by whoever wrote it.
        if (this.#stopped || record.seq === this.#flying?.record.seq) return false;
        this.#attempt(() => this.#takeForeign(record));
        this.#heardMore = true;
      }
    }
    return true;
  }

  #takeForeign(record: LogRecord): void {
    if (record.seq !== this.#seq + 1) throw new Error(`Record ${this.#seq + 1} is missing.`);
    this.#parts.foreign(record);
    this.#seq = record.seq;
  }

  /** A room that fails at its work fails alone. */
  #attempt(work: () => void): void {
    try {
      work();
    } catch (cause) {
      this.#fail(cause);
    }
  }

  #fail(cause: unknown): void {
    if (!this.#stopped) this.#parts.failed(cause);
  }
}
