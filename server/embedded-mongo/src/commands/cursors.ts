import type { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { encodeDoc } from '../bson/encode.ts';
import { Opaque, type Value } from '../bson/value.ts';
import { cursorNotFound } from '../language/errors.ts';
import type { Deadline } from './deadline.ts';

/** A query's result on its way to the client, a batch at a time. */
export type Cursor = {
  ns: string;
  documents: Iterator<Uint8Array>;
  deadline: Deadline;
  /** The transaction (or nothing) it reads in; no other may go on with it. */
  owner: object | undefined;
  /** Taken from `documents` but too big for the last batch. */
  held?: Uint8Array | undefined;
};

const FIRST_BATCH = 101;
/** MongoDB fills 16 MB; a quarter keeps the memory of a database small that lives inside the web server's process. */
const MAX_BATCH_BYTES = 4 * 1024 * 1024;
const IDLE_MS = 600_000;
const MAX_OPEN = 2000;

export class Cursors {
  readonly #open = new Map<bigint, { cursor: Cursor; usedAt: number }>();

  /** The reply to `find` and its like. A cursor that is not exhausted stays open, unless `singleBatch`. */
  first(cursor: Cursor, options: { batchSize?: number | undefined; singleBatch?: boolean }): Buffer {
    const { batch, ended } = nextBatch(cursor, options.batchSize ?? FIRST_BATCH);
    const id = ended || options.singleBatch ? 0n : this.#keep(newId(), cursor);
    return cursorReply('firstBatch', { batch, id, ns: cursor.ns });
  }

  more(id: bigint, given: { ns: string; owner: object | undefined; batchSize: number | undefined }): Buffer {
    const cursor = this.#open.get(id)?.cursor;
    if (!cursor || cursor.ns !== given.ns || cursor.owner !== given.owner)
      throw cursorNotFound(`cursor id ${id} not found`);
    this.#open.delete(id);
    const { batch, ended } = nextBatch(cursor, given.batchSize || Number.POSITIVE_INFINITY);
    if (!ended) this.#keep(id, cursor);
    return cursorReply('nextBatch', { batch, id: ended ? 0n : id, ns: cursor.ns });
  }

  kill(id: bigint): boolean {
    return this.#open.delete(id);
  }

  killOwned(owner: object): void {
    for (const [id, { cursor }] of this.#open) if (cursor.owner === owner) this.#open.delete(id);
  }

  expire(): void {
    const limit = Date.now() - IDLE_MS;
    for (const [id, { usedAt }] of this.#open) if (usedAt < limit) this.#open.delete(id);
  }

  #keep(id: bigint, cursor: Cursor): bigint {
    this.#open.set(id, { cursor, usedAt: Date.now() });
    const [oldest] = this.#open.keys();
    if (this.#open.size > MAX_OPEN && oldest !== undefined) this.#open.delete(oldest);
    return id;
  }
}

const newId = (): bigint => randomBytes(8).readBigInt64BE() & 0x7fffffffffffffffn || 1n;

function nextBatch(cursor: Cursor, size: number): { batch: Uint8Array[]; ended: boolean } {
  const batch: Uint8Array[] = [];
  let bytes = 0;
  cursor.deadline.resume();
  while (batch.length < size) {
    const next = cursor.held ? { done: false, value: cursor.held } : cursor.documents.next();
    if (next.done) return { batch, ended: true };
    const document = next.value;
    cursor.held = undefined;
    if (batch.length > 0 && bytes + document.length > MAX_BATCH_BYTES) {
      cursor.held = document;
      break;
    }
    bytes += document.length;
    batch.push(document);
  }
  cursor.deadline.pause();
  return { batch, ended: false };
}

/** The documents go into the reply as the bytes they are. */
function cursorReply(
  name: 'firstBatch' | 'nextBatch',
  reply: { batch: readonly Uint8Array[]; id: bigint; ns: string },
): Buffer {
  const documents = reply.batch.map((bytes) => new Opaque(EMBEDDED_DOCUMENT, bytes));
  const cursor = new Map<string, Value>([
    [name, documents],
    ['id', reply.id],
    ['ns', reply.ns],
  ]);
  return encodeDoc(
    new Map<string, Value>([
      ['cursor', cursor],
      ['ok', 1],
    ]),
  );
}

const EMBEDDED_DOCUMENT = 3;
