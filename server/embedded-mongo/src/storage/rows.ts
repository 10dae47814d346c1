import { Buffer } from 'node:buffer';
import type { Doc } from '../bson/value.ts';
import { encodeKey } from '../language/key.ts';
import type { Collection } from './catalog.ts';
import type { Connection } from './connection.ts';
import { duplicateKey } from './duplicate-key.ts';
import { indexKeys } from './index-keys.ts';
import type { Index } from './index-spec.ts';
import { addText, removeText, sameText } from './text.ts';

/** One index's keys before and after a change. */
export type KeyChange = {
  index: Index;
  removed: readonly Uint8Array[];
  added: readonly Uint8Array[];
  multikey: number;
};

export const idKey = (doc: Doc): Uint8Array => encodeKey(doc.get('_id') ?? null);

/** What a change of a document means for the collection's own indexes (`_id_` and text apart). */
export function keyChanges(collection: Collection, before: Doc | undefined, after: Doc | undefined): KeyChange[] {
  const changes: KeyChange[] = [];
  for (const index of collection.indexes) {
    if (index.id === 0 || index.text || (before && after && isUntouched(index, before, after))) continue;
    const old = before ? indexKeys(index, before).keys : [];
    const { keys, multikey } = after ? indexKeys(index, after) : { keys: [], multikey: 0 };
    if (sameKeys(old, keys)) continue;
    changes.push({ index, removed: without(old, keys), added: without(keys, old), multikey });
  }
  return changes;
}

/** Whether all that the keys come from is the very same in both: most updates touch no index, and need no keys made to see it. */
function isUntouched({ fields, partial }: Index, before: Doc, after: Doc): boolean {
  return !partial && fields.every(({ path }) => before.get(firstOf(path)) === after.get(firstOf(path)));
}

function firstOf(path: string): string {
  const dot = path.indexOf('.');
  return dot === -1 ? path : path.slice(0, dot);
}

const keyFieldsOf = new WeakMap<Collection, { fields: ReadonlySet<string> | undefined }>();

/** The top-level fields that the keys of a collection come from; `undefined` when it may be any. */
export function keyFields(collection: Collection): ReadonlySet<string> | undefined {
  let known = keyFieldsOf.get(collection);
  if (!known) {
    known = { fields: union(collection.indexes.map(fieldsOf)) };
    keyFieldsOf.set(collection, known);
  }
  return known.fields;
}

function fieldsOf({ fields, partial, text }: Index): ReadonlySet<string> | undefined {
  const own = text ? undefined : new Set(fields.map(({ path }) => firstOf(path)));
  return partial ? union([own, partial.fields]) : own;
}

/** All of them; `undefined` when one of them is, which may be any. */
export function union(all: readonly (ReadonlySet<string> | undefined)[]): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  for (const some of all) {
    if (!some) return undefined;
    for (const name of some) names.add(name);
  }
  return names;
}

/** What a writer of this document must have for itself: the document, and every unique key it takes or gives back. */
export function claimsOf(collection: Collection, id: Uint8Array, changes: readonly KeyChange[]): string[] {
  const claim = (index: number, key: Uint8Array): string =>
    `${collection.ns}/${index}/${Buffer.from(key).toString('latin1')}`;
  const keys = changes
    .filter(({ index }) => index.unique)
    .flatMap(({ index, removed, added }) => [...removed, ...added].map((key) => claim(index.id, key)));
  return [claim(0, id), ...keys];
}

/** Throws 11000 when a unique key of `changes` belongs to another document. */
export function checkUnique(
  reader: Connection,
  collection: Collection,
  changes: readonly KeyChange[],
  change: { rid: number; after: Doc },
): void {
  for (const { index, added } of changes) {
    if (!index.unique) continue;
    for (const key of added) {
      const owner = ownerOf(reader, collection, { index, key, rid: change.rid });
      if (owner !== undefined) throw duplicateKey(collection, index, { doc: change.after, key });
    }
  }
}

/** The row id of another document that has this unique key. */
export function ownerOf(
  reader: Connection,
  collection: Collection,
  of: { index: Index; key: Uint8Array; rid: number },
): number | undefined {
  if (collection.id === 0) return undefined;
  const [table, column] = of.index.id === 0 ? [`c${collection.id}`, 'id'] : [`i${of.index.id}`, 'key'];
  const row = reader.get(`SELECT rid FROM ${table} WHERE ${column} = ? AND rid <> ? LIMIT 1`, of.key, of.rid);
  return row?.[0] as number | undefined;
}

/** Writes the document's row and returns its id; undefined when the `_id` is taken. */
export function insertRow(
  writer: Connection,
  collection: Collection,
  id: Uint8Array,
  bytes: Uint8Array,
): number | undefined {
  const sql = `INSERT INTO c${collection.id}(id, doc) VALUES(?, ?) ON CONFLICT DO NOTHING`;
  const { changes, rid } = writer.run(sql, id, bytes);
  writer.epoch++;
  return changes === 0 ? undefined : rid;
}

export function updateRow(writer: Connection, collection: Collection, rid: number, bytes: Uint8Array): void {
  writer.run(`UPDATE c${collection.id} SET doc = ? WHERE rid = ?`, bytes, rid);
  writer.epoch++;
}

export function deleteRow(writer: Connection, collection: Collection, rid: number): void {
  writer.run(`DELETE FROM c${collection.id} WHERE rid = ?`, rid);
  writer.epoch++;
}

export function writeKeys(writer: Connection, rid: number, changes: readonly KeyChange[]): void {
  for (const { index, removed, added, multikey } of changes) {
    for (const key of removed) writer.run(`DELETE FROM i${index.id} WHERE key = ? AND rid = ?`, key, rid);
    for (const key of added) writer.run(`INSERT INTO i${index.id}(key, rid) VALUES(?, ?)`, key, rid);
    if ((multikey & ~index.multikey) === 0) continue;
    index.multikey |= multikey;
    writer.run('UPDATE indexes SET multikey = ? WHERE id = ?', index.multikey, index.id);
  }
}

export function writeText(
  writer: Connection,
  collection: Collection,
  rid: number,
  change: { before?: Doc; after?: Doc },
): void {
  for (const index of collection.indexes) {
    if (!index.text || sameText(index, change)) continue;
    if (change.before) removeText(writer, index, rid);
    if (change.after) addText(writer, index, rid, change.after);
  }
}

function sameKeys(a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean {
  return a.length === b.length && a.every((key, n) => Buffer.compare(key, b[n] ?? key) === 0);
}

function without(keys: readonly Uint8Array[], others: readonly Uint8Array[]): readonly Uint8Array[] {
  if (keys.length === 0 || others.length === 0) return keys;
  const known = new Set(others.map((key) => Buffer.from(key).toString('latin1')));
  return keys.filter((key) => !known.has(Buffer.from(key).toString('latin1')));
}
