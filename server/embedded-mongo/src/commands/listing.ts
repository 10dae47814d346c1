import type { Buffer } from 'node:buffer';
import { encodeDoc } from '../bson/encode.ts';
import { Binary, type Doc } from '../bson/value.ts';
import { compileFilter } from '../language/filter.ts';
import { sizeOf } from '../storage/scan.ts';
import { replyDoc } from './args.ts';
import type { Commands, Context } from './command.ts';
import { fullName } from './query.ts';

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
    fields: [],
    run(context) {
      const ns = fullName(context);
      const collection = context.engine.catalog.get(ns);
      const { count, bytes } = collection ? sizeOf(context.engine.writer, collection) : { count: 0, bytes: 0 };
      return replyDoc({ ns, count, size: bytes, storageSize: bytes, nindexes: collection?.indexes.length ?? 0 });
    },
  },
  dbStats: {
    fields: [],
    run({ engine, database }) {
      const total = { collections: 0, objects: 0, dataSize: 0, storageSize: 0, indexes: 0 };
      for (const collection of engine.catalog.values()) {
        if (!collection.ns.startsWith(`${database}.`)) continue;
        const { count, bytes } = sizeOf(engine.writer, collection);
        total.collections++;
        total.objects += count;
        total.dataSize += bytes;
        total.storageSize += bytes;
        total.indexes += collection.indexes.length;
      }
      return replyDoc({ db: database, ...total });
    },
  },
};
