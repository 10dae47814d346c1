import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { decodeDoc } from '../bson/decode.ts';
import { encodeDoc } from '../bson/encode.ts';
import type { Connection } from './connection.ts';
import { idIndex, parseIndex, type Index } from './index-spec.ts';
import { createTextTable } from './text.ts';

export type Collection = {
  /** 0 for one that a transaction has made and not committed: it has no tables yet. */
  id: number;
  /** `database.collection` */
  ns: string;
  uuid: Uint8Array;
  /** The first is always `_id_`. */
  indexes: readonly [Index, ...Index[]];
};

/** What collections there are. Never changed in place: a transaction keeps the one it began with. */
export type Catalog = ReadonlyMap<string, Collection>;

export function readCatalog(connection: Connection): Catalog {
  const catalog = new Map<string, Collection>();
  for (const [id, ns, uuid] of connection.all('SELECT id, ns, uuid FROM collections ORDER BY ns')) {
    const rows = connection.all(
      'SELECT id, spec, multikey FROM indexes WHERE collection = ? ORDER BY id',
      id as number,
    );
    const indexes = rows.map(([index, spec, multikey]) =>
      parseIndex(decodeDoc(spec as Uint8Array), { id: index as number, multikey: multikey as number }),
    );
    const collection = { id: id as number, ns: ns as string, uuid: uuid as Uint8Array };
    catalog.set(collection.ns, { ...collection, indexes: [idIndex(), ...indexes] });
  }
  return catalog;
}

export function withCollection(catalog: Catalog, collection: Collection): Catalog {
  return new Map(catalog).set(collection.ns, collection);
}

export function withoutCollection(catalog: Catalog, ns: string): Catalog {
  const rest = new Map(catalog);
  rest.delete(ns);
  return rest;
}

/** A collection that has no tables yet. */
export function newCollection(ns: string): Collection {
  return { id: 0, ns, uuid: Buffer.from(randomUUID().replaceAll('-', ''), 'hex'), indexes: [idIndex()] };
}

export function createTables(writer: Connection, { ns, uuid }: Collection): Collection {
  const { rid: id } = writer.run('INSERT INTO collections(ns, uuid) VALUES(?, ?)', ns, uuid);
  writer.exec(`CREATE TABLE c${id}(rid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, doc BLOB NOT NULL)`);
  return { id, ns, uuid, indexes: [idIndex()] };
}

export function dropTables(writer: Connection, collection: Collection): void {
  for (const index of collection.indexes) if (index.id !== 0) dropIndexTable(writer, index);
  writer.exec(`DROP TABLE c${collection.id}`);
  writer.run('DELETE FROM collections WHERE id = ?', collection.id);
}

/** The index with its table, empty. */
export function createIndexTable(writer: Connection, collection: Collection, index: Index): Index {
  const { rid: id } = writer.run(
    'INSERT INTO indexes(collection, spec, multikey) VALUES(?, ?, 0)',
    collection.id,
    encodeDoc(index.spec),
  );
  const created = { ...index, id };
  if (created.text) createTextTable(writer, created);
  else writer.exec(`CREATE TABLE i${id}(key BLOB NOT NULL, rid INTEGER NOT NULL, PRIMARY KEY(key, rid)) WITHOUT ROWID`);
  return created;
}

export function dropIndexTable(writer: Connection, index: Index): void {
  writer.exec(`DROP TABLE ${index.text ? 't' : 'i'}${index.id}`);
  writer.run('DELETE FROM indexes WHERE id = ?', index.id);
}
