import { Buffer } from 'node:buffer';
import { decodeDoc } from '../bson/decode.ts';
import type { Doc } from '../bson/value.ts';
import { readCatalog, type Collection } from './catalog.ts';
import type { Connection } from './connection.ts';
import { openReader } from './data-file.ts';
import { indexKeys } from './index-keys.ts';
import type { Index } from './index-spec.ts';
import { idKey } from './rows.ts';
import { scan } from './scan.ts';
import { hasText } from './text.ts';

export type Verification = { collections: number; documents: number; keys: number; problems: string[] };

/**
 * Proves that the file is whole: SQLite's own check, every document readable and under its `_id`, every index holding
 * exactly the keys of its documents. Reads one snapshot; the file may be in use. Throws DataFileError.
 */
export function verifyFile(path: string): Verification {
  const reader = openReader(path);
  const result: Verification = { collections: 0, documents: 0, keys: 0, problems: [] };
  try {
    for (const [message] of reader.all('PRAGMA integrity_check'))
      if (message !== 'ok') result.problems.push(`SQLite: ${message as string}`);
    const tables = new Set(['collections', 'indexes', 'retries']);
    for (const collection of readCatalog(reader).values()) {
      tables.add(`c${collection.id}`);
      for (const index of collection.indexes) tables.add(`${index.text ? 't' : 'i'}${index.id}`);
      verifyCollection(reader, collection, result);
    }
    for (const [name] of reader.all("SELECT name FROM sqlite_schema WHERE type = 'table'"))
      if (/^[cit]\d+$/.test(name as string) && !tables.has(name as string))
        result.problems.push(`the table ${name as string} belongs to nothing`);
  } finally {
    reader.close();
  }
  return result;
}

function verifyCollection(reader: Connection, collection: Collection, result: Verification): void {
  result.collections++;
  const counts = new Map<Index, number>();
  for (const { rid, bytes } of scan(reader, collection, { kind: 'natural', backward: false })) {
    result.documents++;
    const say = (problem: string): void => void result.problems.push(`${collection.ns}, row ${rid}: ${problem}`);
    try {
      const doc = decodeDoc(bytes);
      const id = reader.get(`SELECT id FROM c${collection.id} WHERE rid = ?`, rid)?.[0];
      if (!(id instanceof Uint8Array) || Buffer.compare(id, idKey(doc)) !== 0) say('lies under another _id');
      for (const index of collection.indexes)
        counts.set(index, (counts.get(index) ?? 0) + verifyKeys(reader, index, { rid, doc, say }));
    } catch (error) {
      say(`cannot be read: ${(error as Error).message}`);
    }
  }
  for (const index of collection.indexes) {
    const table = index.text ? `t${index.id}_docsize` : index.id === 0 ? `c${collection.id}` : `i${index.id}`;
    const held = reader.get(`SELECT count(*) FROM ${table}`)?.[0] as number;
    const expected = counts.get(index) ?? 0;
    result.keys += held;
    if (held !== expected)
      result.problems.push(`${collection.ns}, index ${index.name}: holds ${held} keys instead of ${expected}`);
  }
}

/** How many keys the document has; what is missing is told to `say`. */
function verifyKeys(
  reader: Connection,
  index: Index,
  of: { rid: number; doc: Doc; say: (problem: string) => void },
): number {
  if (index.id === 0) return 1;
  if (index.text) {
    const expected = hasText(index, of.doc);
    const held = reader.get(`SELECT 1 FROM t${index.id}_docsize WHERE id = ?`, of.rid) !== undefined;
    if (expected && !held) of.say(`is missing from the index ${index.name}`);
    return expected ? 1 : 0;
  }
  const { keys, multikey } = indexKeys(index, of.doc);
  if ((multikey & ~index.multikey) !== 0) of.say(`has an array that the index ${index.name} does not know of`);
  for (const key of keys)
    if (!reader.get(`SELECT 1 FROM i${index.id} WHERE key = ? AND rid = ?`, key, of.rid))
      of.say(`is missing from the index ${index.name}`);
  return keys.length;
}
