import type { Clock } from '../../platform/clock.ts';
import { Batch } from './batch.ts';
import { maxRecordBytes } from './limits.ts';
import type { DocumentLog, Part } from './log.ts';
import type { CollabDocument, Person } from './peer.ts';

type WriterParts = {
  document: CollabDocument;
  log: DocumentLog;
  clock: Clock;
  /** The batch is durable. */
  written: (batch: Batch, at: Date) => void;
  /** Another process has written these; they are durable. */
  foreign: (parts: readonly Part[]) => void;
  /** The log could not be written; nothing is written after it. */
  failed: (cause: unknown) => void;
};

/**
 * Writes what comes to a document into its log, one record at a time: whatever comes while one is being written is the
 * next. There are no timers.
 */
export class LogWriter {
  readonly #parts: WriterParts;
  /** The first is being written; the last takes what comes, unless it is the first. */
  readonly #batches: Batch[] = [];
  #writing = false;
  #stopped = false;
  #seq: number;
  #tail: number;

  constructor(parts: WriterParts, { seq, tail }: { seq: number; tail: number }) {
    this.#parts = parts;
    this.#seq = seq;
    this.#tail = tail;
  }

  /** The last record of the document that we know. */
  get seq(): number {
    return this.#seq;
  }

  /** Records since the last snapshot. */
  get tail(): number {
    return this.#tail;
  }

  /** What everything that came so far is durable with; undefined if all of it is. */
  get last(): Batch | undefined {
    return this.#batches.at(-1);
  }

  get undurableBytes(): number {
    return this.#batches.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Takes an update, and returns what it becomes durable with. */
  write(by: Person, update: Uint8Array): Batch {
    const batch = this.#open(by, update.length);
    batch.add(by, update);
    void this.#run();
    return batch;
  }

  snapshotTaken(): void {
    this.#tail = 0;
  }

  stop(cause: unknown): void {
    this.#stopped = true;
    for (const batch of this.#batches.splice(0)) batch.fail(cause);
  }

  #open(by: Person, bytes: number): Batch {
    const last = this.#batches.at(-1);
    const beingWritten = this.#writing && this.#batches.length === 1;
    if (last && !beingWritten && last.bytes + bytes <= maxRecordBytes) return last;
    const batch = new Batch(by);
    this.#batches.push(batch);
    return batch;
  }

  async #run(): Promise<void> {
    if (this.#writing) return;
    this.#writing = true;
    try {
      for (let batch = this.#batches[0]; batch; batch = this.#batches[0]) {
        const at = this.#parts.clock();
        await this.#append(batch, at);
        if (this.#stopped) return;
        this.#batches.shift();
        this.#parts.written(batch, at);
      }
    } catch (cause) {
      if (!this.#stopped) this.#parts.failed(cause);
    }
    this.#writing = false;
  }

  async #append(batch: Batch, at: Date): Promise<void> {
    const { log, document } = this.#parts;
    while (!this.#stopped) {
      const record = { seq: this.#seq + 1, parts: batch.parts, at };
      const [outcome] = await log.append([{ document, record }]);
      if (outcome === 'written') {
        this.#seq++;
        this.#tail++;
        return;
      }
      await this.#catchUp();
    }
  }

  async #catchUp(): Promise<void> {
    const { log, document, foreign } = this.#parts;
    const records = await log.records(document, { after: this.#seq, limit: 1000 });
    const seq = records.at(-1)?.seq;
    if (this.#stopped) return;
    if (seq === undefined) throw new Error('A record is taken that the log does not have.');
    foreign(records.flatMap(({ parts }) => parts));
    this.#tail += seq - this.#seq;
    this.#seq = seq;
  }
}
