import { Buffer } from 'node:buffer';
import { encodeDoc } from '../bson/encode.ts';
import { toNumber, type Doc, type Value } from '../bson/value.ts';
import {
  badValue,
  cannotCreateIndex,
  indexKeySpecsConflict,
  indexNotFound,
  indexOptionsConflict,
  invalidOptions,
  MongoError,
  namespaceNotFound,
} from '../language/errors.ts';
import type { Collection } from '../storage/catalog.ts';
import { checkNamespace } from '../storage/engine.ts';
import { buildIndex, dropIndex } from '../storage/index-build.ts';
import { parseIndex, type Index } from '../storage/index-spec.ts';
import { replyDoc } from './args.ts';
import type { Commands, Context } from './command.ts';
import { cursorOf } from './listing.ts';
import { fullName } from './query.ts';

export const indexCommands: Commands = {
  createIndexes: {
    fields: ['indexes', 'ignoreUnknownIndexOptions'],
    writes: true,
    inTransaction: true,
    run(context) {
      const ns = checkNamespace(fullName(context));
      const created = !context.access.catalog.has(ns);
      const before = context.access.ensure(ns).indexes.length;
      const wanted = context.args.documents('indexes') ?? [];
      if (wanted.length === 0) throw badValue('Must specify at least one index to create');
      for (const spec of wanted) createIndex(context, ns, parseIndex(spec, { id: -1, multikey: 0 }));
      const after = context.access.ensure(ns).indexes.length;
      return replyDoc({
        numIndexesBefore: before,
        numIndexesAfter: after,
        createdCollectionAutomatically: created,
        note: after === before ? 'all indexes already exist' : undefined,
      });
    },
  },
  listIndexes: {
    fields: ['cursor'],
    run(context) {
      const ns = fullName(context);
      const collection = context.access.catalog.get(ns);
      if (!collection) throw namespaceNotFound(`ns does not exist: ${ns}`);
      return cursorOf(
        context,
        ns,
        collection.indexes.map((index) => index.spec),
      );
    },
  },
  dropIndexes: {
    fields: ['index'],
    writes: true,
    run(context) {
      const ns = fullName(context);
      const collection = context.engine.catalog.get(ns);
      if (!collection) throw namespaceNotFound(`ns not found ${ns}`);
      let left: Collection = collection;
      for (const index of dropped(collection, context.args.doc.get('index') ?? null))
        left = dropIndex(context.engine, left, index);
      return replyDoc({ nIndexesWas: collection.indexes.length });
    },
  },
};

function createIndex(context: Context, ns: string, index: Index): void {
  const collection = context.access.ensure(ns);
  if (index.name === '*' || index.name === '') throw cannotCreateIndex(`The index name '${index.name}' is not valid`);
  for (const known of collection.indexes) {
    if (known.id === 0 && sameSpec(known, index, ['key'])) return;
    if (known.name === index.name && sameSpec(known, index, [...SIGNATURE, ...OTHER_OPTIONS])) return;
    if (known.name === index.name)
      throw sameSpec(known, index, SIGNATURE)
        ? indexOptionsConflict(
            `An equivalent index already exists with the same name but different options: ${index.name}`,
          )
        : indexKeySpecsConflict(`An existing index has the same name as the requested index: ${index.name}`);
    if (sameSpec(known, index, SIGNATURE))
      throw indexOptionsConflict(`Index already exists with a different name: ${known.name}`);
    if (known.text && index.text)
      throw indexOptionsConflict(
        `only one text index per collection allowed, found existing text index "${known.name}"`,
      );
  }
  if (!context.transaction) buildIndex(context.engine, ns, index);
  else if (collection.id === 0)
    context.transaction.put({
      ...collection,
      indexes: [...collection.indexes, { ...index, id: -collection.indexes.length }],
    });
  else
    throw new MongoError(
      263,
      'OperationNotSupportedInTransaction',
      `Cannot create an index on the existing collection ${ns} in a transaction.`,
    );
}

/** Indexes that agree in these are one and the same to a query. */
const SIGNATURE = ['key', 'unique', 'sparse', 'partialFilterExpression', 'weights'];
const OTHER_OPTIONS = ['expireAfterSeconds', 'default_language'];

function sameSpec(a: Index, b: Index, fields: readonly string[]): boolean {
  const part = (spec: Doc): Buffer => encodeDoc(new Map(fields.map((field) => [field, normal(spec.get(field))])));
  return Buffer.compare(part(a.spec), part(b.spec)) === 0;
}

/** 1, 1.0 and true ask for the same. */
function normal(value: Value | undefined): Value {
  if (value === undefined) return null;
  if (value instanceof Map) return new Map([...value].map(([name, inner]) => [name, normal(inner)]));
  if (value === true) return 1;
  return toNumber(value) ?? value;
}

function dropped(collection: Collection, which: Value): readonly Index[] {
  if (which === '*') return collection.indexes.slice(1);
  if (Array.isArray(which)) return which.flatMap((one) => dropped(collection, one));
  const found = collection.indexes.find((index) =>
    typeof which === 'string'
      ? index.name === which
      : Buffer.compare(keyBytes(index.spec.get('key')), keyBytes(which)) === 0,
  );
  if (!found)
    throw indexNotFound(
      typeof which === 'string' ? `index not found with name [${which}]` : "can't find index with key",
    );
  if (found.id === 0) throw invalidOptions('cannot drop _id index');
  return [found];
}

const keyBytes = (key: Value | undefined): Buffer => encodeDoc(new Map([['key', normal(key)]]));
