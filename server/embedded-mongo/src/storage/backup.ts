import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Binary, EJSON, deserialize } from 'bson';
import { encodeDoc } from '../bson/encode.ts';
import type { Doc } from '../bson/value.ts';
import { readCatalog, type Collection } from './catalog.ts';
import { Connection } from './connection.ts';
import { DataFileError, openReader } from './data-file.ts';
import { scan } from './scan.ts';

/**
 * Copies the database as it is at this moment into one new, compact file; the original may be in use and is not held up.
 * The copy is a data file like any other. Throws DataFileError.
 */
export function backupFile(path: string, target: string): void {
  if (existsSync(target)) throw new DataFileError(`${target} exists already`);
  openReader(path).close(); // says what is wrong with the file, if anything is
  mkdirSync(dirname(resolve(target)), { recursive: true });
  const unfinished = `${target}.unfinished`;
  rmSync(unfinished, { force: true });
  const source = new Connection(path, { readOnly: true });
  try {
    source.get('VACUUM INTO ?', unfinished);
  } finally {
    source.close();
  }
  syncPath(unfinished);
  renameSync(unfinished, target);
  syncPath(dirname(resolve(target)));
}

/**
 * Writes every collection as `mongorestore` reads it: `<folder>/<database>/<collection>.bson` and `.metadata.json`.
 * Reads one snapshot; the file may be in use. Returns how many documents were written. Throws DataFileError.
 */
export function exportFile(path: string, folder: string): number {
  const reader = openReader(path);
  let documents = 0;
  try {
    for (const collection of readCatalog(reader).values()) documents += exportCollection(reader, collection, folder);
  } finally {
    reader.close();
  }
  return documents;
}

function exportCollection(reader: Connection, collection: Collection, folder: string): number {
  const dot = collection.ns.indexOf('.');
  const name = collection.ns.slice(dot + 1);
  const database = join(folder, collection.ns.slice(0, dot));
  // mongodump escapes what a file name cannot hold in the same way.
  const base = join(database, encodeURIComponent(name));
  mkdirSync(database, { recursive: true });
  const out = openSync(`${base}.bson`, 'wx');
  let documents = 0;
  for (const { bytes } of scan(reader, collection, { kind: 'natural', backward: false })) {
    writeSync(out, bytes);
    documents++;
  }
  fsyncSync(out);
  closeSync(out);
  const metadata = {
    indexes: collection.indexes.map((index) => plain(index.spec)),
    uuid: new Binary(collection.uuid).toString('hex'),
    collectionName: name,
    type: 'collection',
  };
  const text = openSync(`${base}.metadata.json`, 'wx');
  writeSync(text, EJSON.stringify(metadata, { relaxed: false }));
  closeSync(text);
  return documents;
}

const plain = (doc: Doc): Record<string, unknown> => deserialize(encodeDoc(doc), { promoteValues: false });

function syncPath(path: string): void {
  const handle = openSync(path, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
