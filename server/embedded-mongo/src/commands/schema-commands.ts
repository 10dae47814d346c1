import type { Doc } from '../bson/value.ts';
import { illegalOperation, namespaceExists, namespaceNotFound, notSupported } from '../language/errors.ts';
import { dropTables, withoutCollection, type Collection } from '../storage/catalog.ts';
import { checkNamespace, type Engine } from '../storage/engine.ts';
import { replyDoc } from './args.ts';
import type { Commands } from './command.ts';
import { fullName } from './query.ts';

/** Options of `create` that would make something else than a plain collection. */
const CREATE_OPTIONS = `capped size max timeseries clusteredIndex expireAfterSeconds viewOn pipeline collation validator
  validationLevel validationAction changeStreamPreAndPostImages storageEngine indexOptionDefaults encryptedFields`.split(
  /\s+/,
);

export const schemaCommands: Commands = {
  create: {
    fields: CREATE_OPTIONS,
    writes: true,
    inTransaction: true,
    run(context) {
      const ns = checkNamespace(fullName(context));
      const option = CREATE_OPTIONS.find((name) => isAsked(context.args.doc, name));
      if (context.access.catalog.has(ns)) {
        if (option === undefined) return replyDoc({});
        throw namespaceExists(`A collection already exists: ${ns}, and its options are not the ones given.`);
      }
      if (option !== undefined) throw notSupported(`The option '${option}' of create`);
      context.access.ensure(ns);
      return replyDoc({});
    },
  },
  drop: {
    fields: [],
    writes: true,
    run(context) {
      const ns = fullName(context);
      const collection = context.engine.catalog.get(ns);
      if (!collection) return replyDoc({});
      drop(context.engine, collection);
      return replyDoc({ nIndexesWas: collection.indexes.length, ns });
    },
  },
  dropDatabase: {
    fields: [],
    writes: true,
    run({ engine, database }) {
      const collections = [...engine.catalog.values()].filter(({ ns }) => ns.startsWith(`${database}.`));
      for (const collection of collections) drop(engine, collection);
      return replyDoc({ dropped: collections.length > 0 ? database : undefined });
    },
  },
  renameCollection: {
    fields: ['to', 'dropTarget'],
    writes: true,
    run({ args, engine, database }) {
      const from = args.string('renameCollection');
      const to = checkNamespace(args.string('to'));
      if (database !== 'admin') throw illegalOperation('renameCollection may only be run against the admin database.');
      if (from.split('.')[0] !== to.split('.')[0]) throw notSupported('Renaming into another database');
      const collection = engine.catalog.get(from);
      if (!collection) throw namespaceNotFound(`Source collection ${from} does not exist`);
      if (from === to) throw illegalOperation("Can't rename a collection to itself");
      const target = engine.catalog.get(to);
      if (target && !args.boolean('dropTarget')) throw namespaceExists(`target namespace exists`);
      if (target) drop(engine, target);
      engine.writer.run('UPDATE collections SET ns = ? WHERE id = ?', to, collection.id);
      engine.catalog = withoutCollection(engine.catalog, from);
      engine.put({ ...collection, ns: to });
      return replyDoc({});
    },
  },
};

function drop(engine: Engine, collection: Collection): void {
  engine.claims.check([collection.ns]);
  dropTables(engine.writer, collection);
  engine.catalog = withoutCollection(engine.catalog, collection.ns);
}

const isAsked = (doc: Doc, name: string): boolean => doc.has(name) && doc.get(name) !== false;
