import type { Stored } from './access.ts';
import type { Collection } from './catalog.ts';
import type { Connection, Row } from './connection.ts';
import type { IndexPlan, Interval, Plan } from './plan.ts';

const CHUNK_ROWS = 256;
const CHUNK_BYTES = 1_000_000;

/**
 * Walks a collection by `plan`, some rows at a time. Between them no statement stays open, so the walk may be left for
 * minutes; after a write it looks again from where it was, as a cursor of MongoDB does.
 */
export function* scan(reader: Connection, collection: Collection, plan: Plan): Iterable<Stored> {
  if (plan.kind === 'natural') yield* scanNatural(reader, collection, plan.backward);
  else if (plan.index.multikey === 0) yield* scanIndex(reader, collection, plan);
  else {
    const seen = new Set<number>();
    for (const stored of scanIndex(reader, collection, plan)) {
      if (seen.has(stored.rid)) continue;
      seen.add(stored.rid);
      yield stored;
    }
  }
}

export function fetchRow(reader: Connection, collection: Collection, rid: number): Stored | undefined {
  const bytes = reader.get(`SELECT doc FROM c${collection.id} WHERE rid = ?`, rid)?.[0];
  return bytes instanceof Uint8Array ? { rid, bytes } : undefined;
}

export function findById(reader: Connection, collection: Collection, key: Uint8Array): Stored | undefined {
  const row = reader.get(`SELECT rid, doc FROM c${collection.id} WHERE id = ?`, key);
  return row && { rid: row[0] as number, bytes: row[1] as Uint8Array };
}

export function countRows(reader: Connection, collection: Collection): number {
  return reader.get(`SELECT count(*) FROM c${collection.id}`)?.[0] as number;
}

/** How many documents there are, and their bytes. */
export function sizeOf(reader: Connection, collection: Collection): { count: number; bytes: number } {
  const row = reader.get(`SELECT count(*), coalesce(sum(length(doc)), 0) FROM c${collection.id}`);
  return { count: row?.[0] as number, bytes: row?.[1] as number };
}

function* scanNatural(reader: Connection, collection: Collection, backward: boolean): Iterable<Stored> {
  const sql = `SELECT rid, doc FROM c${collection.id} WHERE rid ${backward ? '<' : '>'} ? ORDER BY rid ${backward ? 'DESC' : ''}`;
  let last = backward ? Number.MAX_SAFE_INTEGER : 0;
  for (;;) {
    const { epoch } = reader;
    const chunk = take(reader.iterate(sql, last));
    for (const [rid, bytes] of chunk.rows) {
      last = rid as number;
      yield { rid: last, bytes: bytes as Uint8Array };
      if (reader.epoch !== epoch) break;
    }
    if (chunk.ended && reader.epoch === epoch) return;
  }
}

function* scanIndex(reader: Connection, collection: Collection, plan: IndexPlan): Iterable<Stored> {
  const intervals = plan.backward ? plan.intervals.toReversed() : plan.intervals;
  for (const interval of intervals) yield* scanInterval(reader, collection, { ...plan, interval });
}

function* scanInterval(
  reader: Connection,
  collection: Collection,
  plan: IndexPlan & { interval: Interval },
): Iterable<Stored> {
  const { interval, backward } = plan;
  const sql = intervalSql(collection, plan);
  let key: Uint8Array = backward ? interval.to : interval.from;
  let rid = 0;
  const end = backward ? interval.from : interval.to;
  for (;;) {
    const { epoch } = reader;
    const chunk = take(reader.iterate(sql, key, rid, end));
    for (const [nextKey, nextRid, bytes] of chunk.rows) {
      key = nextKey as Uint8Array;
      rid = nextRid as number;
      yield { rid, bytes: bytes as Uint8Array };
      if (reader.epoch !== epoch) break;
    }
    if (chunk.ended && reader.epoch === epoch) return;
  }
}

function intervalSql(collection: Collection, { index, backward }: IndexPlan): string {
  const [beyond, within, order] = backward ? ['<', '>=', ' DESC'] : ['>', '<', ''];
  const table = `c${collection.id}`;
  const bounds = (key: string, rid: string): string =>
    `(${key}, ${rid}) ${beyond} (?, ?) AND ${key} ${within} ? ORDER BY ${key}${order}, ${rid}${order}`;
  if (index.id === 0) return `SELECT id, rid, doc FROM ${table} WHERE ${bounds('id', 'rid')}`;
  return `SELECT i.key, i.rid, c.doc FROM i${index.id} i CROSS JOIN ${table} c ON c.rid = i.rid WHERE ${bounds('i.key', 'i.rid')}`;
}

function take(rows: Iterable<Row>): { rows: Row[]; ended: boolean } {
  const taken: Row[] = [];
  let bytes = 0;
  for (const row of rows) {
    taken.push(row);
    const document = row.at(-1);
    bytes += document instanceof Uint8Array ? document.length : 0;
    if (taken.length >= CHUNK_ROWS || bytes >= CHUNK_BYTES) return { rows: taken, ended: false };
  }
  return { rows: taken, ended: true };
}
