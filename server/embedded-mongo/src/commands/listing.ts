import type { Buffer } from 'node:buffer';
import { encodeDoc } from '../bson/encode.ts';
import { Binary, type Doc } from '../bson/value.ts';
import { compileFilter } from '../language/filter.ts';
import { sizeOf } from '../storage/scan.ts';
import { replyDoc } from './args.ts';
import type { Commands, Context } from './command.ts';

/** A short list as a cursor, as MongoDB gives its lists. */
export function cursorOf(context: Context, ns: string, docs: readonly Doc[]): Buffer {
  const documents = docs.map((doc) => encodeDoc(doc)).values();
  const batchSize = context.args.document('cursor')?.get('batchSize');
  return context.cursors.first(
    { ns, documents, deadline: context.deadline, owner: undefined },
    { batchSize: batchSize === undefined ? undefined : Number((batchSize as { value?: number }).value ?? batchSize) },
  );
}

export const listingCommands: Commands = {
  listCollections: {
    fields: ['filter', 'nameOnly', 'authorizedCollections', 'cursor'],
    run(context) {
      const { args, database } = context;
      const filter = compileFilter(args.document('filter') ?? new Map());
      const docs: Doc[] = [];
      for (const collection of context.engine.catalog.values()) {
        if (!collection.ns.startsWith(`${database}.`)) continue;
        const short = { name: collection.ns.slice(database.length + 1), type: 'collection' };
        const uuid = new Binary(collection.uuid, Binary.SUBTYPE_UUID);
        const whole = replyDoc({
          ...short,
          options: {},
          info: { readOnly: false, uuid },
          idIndex: collection.indexes[0].spec,
        });
        if (filter.matches(whole)) docs.push(args.boolean('nameOnly') ? replyDoc(short) : whole);
      }
      return cursorOf(context, `${database}.$cmd.listCollections`, docs);
    },
  },
  listDatabases: {
    fields: ['filter', 'nameOnly', 'authorizedDatabases'],
    run({ args, engine }) {
      const filter = compileFilter(args.document('filter') ?? new Map());
      const sizes = new Map<string, number>();
      for (const collection of engine.catalog.values()) {
        const name = collection.ns.slice(0, collection.ns.indexOf('.'));
        sizes.set(name, (sizes.get(name) ?? 0) + sizeOf(engine.writer, collection).bytes);
      }
      const all = [...sizes].map(([name, sizeOnDisk]) => replyDoc({ name, sizeOnDisk, empty: false }));
      const found = all.filter((doc) => filter.matches(doc));
      if (args.boolean('nameOnly'))
        return replyDoc({ databases: found.map((doc) => replyDoc({ name: doc.get('name') ?? null })) });
      return replyDoc({ databases: found, totalSize: [...sizes.values()].reduce((sum, size) => sum + size, 0) });
    },
  },
  collStats: {
    fields: ['scale'],
    run(context) {
      const { engine, database, args } = context;
      const ns = `${database}.${args.string('collStats')}`;
      const collection = engine.catalog.get(ns);
      const { count, bytes } = collection ? sizeOf(engine.writer, collection) : { count: 0, bytes: 0 };
      const scale = args.count('scale') || 1;
      const size = Math.floor(bytes / scale);
      return replyDoc({
        ns,
        size,
        count,
        avgObjSize: count > 0 ? Math.floor(bytes / count) : undefined,
        storageSize: size,
        nindexes: collection?.indexes.length ?? 0,
        scaleFactor: scale,
      });
    },
  },
  dbStats: {
    fields: ['scale'],
    run({ engine, database, args }) {
      const collections = [...engine.catalog.values()].filter(({ ns }) => ns.startsWith(`${database}.`));
      const sizes = collections.map((collection) => sizeOf(engine.writer, collection));
      const sum = (of: (size: { count: number; bytes: number }) => number): number =>
        sizes.reduce((total, size) => total + of(size), 0);
      const scale = args.count('scale') || 1;
      const dataSize = sum((size) => size.bytes) / scale;
      return replyDoc({
        db: database,
        collections: collections.length,
        views: 0,
        objects: sum((size) => size.count),
        dataSize,
        storageSize: dataSize,
        indexes: collections.reduce((total, { indexes }) => total + indexes.length, 0),
        scaleFactor: scale,
      });
    },
  },
};
