import * as Y from 'yjs';
import type { ContentCache, Droppable } from './content-cache.ts';
import type { DocumentReading } from './document-reading.ts';
import type { DocumentThread } from './document-thread.ts';
import { catchUpRecords, largeBytes, maxTailBytes } from './limits.ts';
import { bytesIn, ownerIn, type DocumentLog, type LogRecord } from './log.ts';
import { documentKey, type CollabDocument } from './peer.ts';
import { StructIndex } from './struct-index.ts';
import type { Folded, FoldInput } from './worker/fold.ts';
import { packRecords } from './worker/packed-records.ts';

export type ContentParts = {
  log: Pick<DocumentLog, 'load' | 'records'>;
  thread: DocumentThread;
  cache: Pick<ContentCache, 'used' | 'touched' | 'forget'>;
};

/** What a replica lacks, up to a record: of a state, and of what came after that. */
export type Answer = { update: Uint8Array; newer: Uint8Array | null; seq: number };

/** A document as the follower sees it: its state, what lists show, and how far behind it the stored snapshot is. */
export type Digested = Folded & { reading: DocumentReading; stored: number; bytesSinceStored: number };

/** A state and every record after it. */
type Held = {
  base: Folded;
  tail: LogRecord[];
  tailBytes: number;
  /** The last record in the snapshot that the log keeps, and the bytes of all after it. */
  stored: number;
  bytesSinceStored: number;
};

/**
 * The content of one document, read from the log and therefore durable. It is in memory while somebody asks for it and a
 * moment longer, so that a crowd of readers costs one reading; an open document that nobody comes to holds none.
 */
export class Content implements Droppable {
  readonly #document: CollabDocument;
  readonly #parts: ContentParts;
  #held: Held | null = null;
  #loading: Promise<Held> | null = null;
  #folding: Promise<void> | null = null;
  /** What became durable while the log was being read. */
  #meanwhile: LogRecord[] = [];

  constructor(document: CollabDocument, parts: ContentParts) {
    this.#document = document;
    this.#parts = parts;
  }

  get contentBytes(): number {
    return this.#held ? sizeOf(this.#held) : 0;
  }

  dropContent(): void {
    this.#held = null;
    this.#parts.cache.forget(this);
  }

  /** What the guard must know of the document. @throws where the log cannot be read, or is damaged. */
  async index(): Promise<{ seq: number; index: StructIndex }> {
    const held = await this.#hold();
    const { base, tail } = held;
    const index = StructIndex.from({ state: base.state });
    for (const [client, personId] of base.owners) index.bind(client, personId);
    for (const { parts } of tail) for (const part of parts) index.learn(part.update, ownerIn(part));
    return { seq: lastOf(held), index };
  }

  /**
   * What a replica with this state vector lacks; all of it where there is none. Of a large document the last few updates
   * come apart, so that who opens it does not wait until they are folded into it. @throws where the log cannot be read.
   */
  async answer(vector: Uint8Array | null): Promise<Answer> {
    const held = await this.#wanted();
    if (held.base.state.length <= largeBytes || weightOf(held.tail) > largeBytes) await this.#fold(held);
    const { base } = held;
    const newer = weightOf(held.tail) > largeBytes ? [] : [...held.tail];
    const seq = base.seq + newer.length;
    const update = vector
      ? await this.#parts.thread.soon('diff', { state: base.state, vector }, base.state.length)
      : base.state;
    return { update, newer: newer.length > 0 ? Y.mergeUpdates([...updatesIn(newer)]) : null, seq };
  }

  /** All that is durable now, as one state. @throws where the log cannot be read. */
  async state(): Promise<{ update: Uint8Array; seq: number }> {
    const held = await this.#wanted();
    await this.#fold(held);
    return { update: held.base.state, seq: held.base.seq };
  }

  /** What came after a record, as one update; more than a page of the log is given in pieces. */
  async since(seq: number): Promise<{ update: Uint8Array; seq: number }> {
    const records = await this.#parts.log.records(this.#document, { after: seq, limit: catchUpRecords });
    const updates = [...updatesIn(records)];
    const last = records.at(-1);
    if (!last) throw new Error(`Nothing comes after record ${seq}.`);
    return { update: await this.#parts.thread.soon('merge', { updates }, weightOf(records)), seq: last.seq };
  }

  /** The document for who follows it. @throws where the log cannot be read, or is damaged. */
  async digest(): Promise<Digested> {
    const held = await this.#hold();
    const { folded, reading } = await this.#parts.thread.run('digest', this.#inputOf(held));
    this.#advance(held, folded);
    const { stored, bytesSinceStored } = held;
    return { ...folded, reading, stored, bytesSinceStored };
  }

  /** A record has become durable. */
  add(record: LogRecord): void {
    if (this.#loading) this.#meanwhile.push(record);
    const held = this.#held;
    if (!held) return;
    take(held, record);
    if (lastOf(held) < record.seq || held.tailBytes > maxTailBytes) this.dropContent();
    else this.#parts.cache.touched(this);
  }

  /** The log keeps a snapshot. */
  snapshotTaken({ seq, bytesSinceStored }: Digested): void {
    if (!this.#held) return;
    this.#held.stored = seq;
    this.#held.bytesSinceStored -= bytesSinceStored;
  }

  async #hold(): Promise<Held> {
    return this.#held ?? (await (this.#loading ??= this.#load()));
  }

  /** The same for somebody who asks for the content. */
  async #wanted(): Promise<Held> {
    const held = await this.#hold();
    if (this.#held === held) this.#parts.cache.used(this);
    return held;
  }

  async #load(): Promise<Held> {
    try {
      const { snapshot, tail } = await this.#parts.log.load(this.#document);
      const { seq, state, owners } = snapshot ?? nothing;
      const held: Held = { base: { seq, state, owners }, tail: [], tailBytes: 0, stored: seq, bytesSinceStored: 0 };
      for (const record of tail) {
        if (!take(held, record)) throw new Error(`Record ${lastOf(held) + 1} of a document is missing.`);
      }
      for (const record of this.#meanwhile) take(held, record);
      this.#held = held;
      this.#parts.cache.used(this);
      return held;
    } finally {
      this.#meanwhile = [];
      this.#loading = null;
    }
  }

  /** Until what is durable now is in the state. */
  async #fold(held: Held): Promise<void> {
    const wanted = lastOf(held);
    while (held.base.seq < wanted) await (this.#folding ??= this.#foldOnce(held));
  }

  async #foldOnce(held: Held): Promise<void> {
    try {
      const bytes = held.base.state.length + weightOf(held.tail);
      this.#advance(held, await this.#parts.thread.soon('fold', this.#inputOf(held), bytes));
    } finally {
      this.#folding = null;
    }
  }

  #inputOf(held: Held): FoldInput {
    const { base, tail } = held;
    return { key: documentKey(this.#document), base, tail: packRecords(base.seq, tail), seq: lastOf(held) };
  }

  #advance(held: Held, folded: Folded): void {
    if (folded.seq <= held.base.seq) return;
    held.tail.splice(0, folded.seq - held.base.seq);
    held.tailBytes = held.tail.reduce((sum, record) => sum + bytesIn(record), 0);
    held.base = folded;
  }
}

const nothing: Folded = { seq: 0, state: Uint8Array.of(0, 0), owners: new Map() };

const lastOf = ({ base, tail }: Held): number => base.seq + tail.length;

/** Puts the next record to what is held; false for any other, which is left out. */
function take(held: Held, record: LogRecord): boolean {
  if (record.seq !== lastOf(held) + 1) return false;
  const bytes = bytesIn(record);
  held.tail.push(record);
  held.tailBytes += bytes;
  held.bytesSinceStored += bytes;
  return true;
}

function* updatesIn(records: readonly LogRecord[]): Generator<Uint8Array> {
  for (const { parts } of records) for (const { update } of parts) yield update;
}

/** An update takes as long as some hundred bytes of a state, however small it is. */
function weightOf(records: readonly LogRecord[]): number {
  return records.reduce((sum, record) => sum + 200 * record.parts.length + bytesIn(record), 0);
}

const sizeOf = ({ base, tail, tailBytes }: Held): number => base.state.length + tailBytes + 500 * tail.length;
