import { decodeDoc } from '../bson/decode.ts';
import { createIndexTable, dropIndexTable, type Collection } from './catalog.ts';
import type { Engine } from './engine.ts';
import type { Index } from './index-spec.ts';
import { checkUnique, keyChanges, writeKeys, writeText } from './rows.ts';
import { scan } from './scan.ts';

/** Makes the index and fills it. Throws 11000 when it is unique and the documents are not. Runs inside `journal.write`. */
export function buildIndex(engine: Engine, ns: string, wanted: Index): void {
  const { writer } = engine;
  const collection = engine.ensure(ns);
  const index = createIndexTable(writer, collection, wanted);
  const only: Collection = { ...collection, indexes: [collection.indexes[0], index] };
  // The scan looks again after each write, and goes on from where it was.
  for (const { rid, bytes } of scan(writer, collection, { kind: 'natural', backward: false })) {
    const after = decodeDoc(bytes);
    const changes = keyChanges(only, undefined, after);
    checkUnique(writer, only, changes, { rid, after });
    writeKeys(writer, rid, changes);
    writeText(writer, only, rid, { after });
  }
  engine.put({ ...collection, indexes: [...collection.indexes, index] });
}

export function dropIndex(engine: Engine, collection: Collection, index: Index): Collection {
  dropIndexTable(engine.writer, index);
  const [id, ...others] = collection.indexes;
  return engine.put({ ...collection, indexes: [id, ...others.filter((one) => one.id !== index.id)] });
}
