import type { Buffer } from 'node:buffer';
import { decodeDoc } from '../bson/decode.ts';
import type { Doc, Value } from '../bson/value.ts';
import { failedToParse, MongoError } from '../language/errors.ts';
import { compileFilter } from '../language/filter.ts';
import { compileProjection } from '../language/projection.ts';
import { checkNamespace } from '../storage/engine.ts';
import { Args, replyDoc } from './args.ts';
import type { Command, Commands, Context } from './command.ts';
import { readyToInsert } from './documents.ts';
import { findStored, fullName, readSort, type Query } from './query.ts';
import { runUpdate, type UpdateStatement } from './update.ts';

const BATCH_FIELDS = ['ordered', 'bypassDocumentValidation']; // nothing is validated, so nothing is bypassed
const UPDATE_FIELDS = new Set(['q', 'u', 'upsert', 'multi', 'arrayFilters', 'hint']);
const DELETE_FIELDS = new Set(['q', 'limit', 'hint']);
const WRITE = { writes: true, retryable: true, inTransaction: true } satisfies Partial<Command>;
const MAX_BATCH = 100_000;
/** A write conflict and the end of the time concern the whole command. */
const OF_THE_COMMAND = new Set([112, 50]);

export const writeCommands: Commands = {
  insert: {
    ...WRITE,
    fields: [...BATCH_FIELDS, 'documents'],
    run(context) {
      const ns = checkNamespace(fullName(context));
      const { access, now } = context;
      const { n, writeErrors } = runBatch(context, statements(context, 'documents'), (given) => {
        const { doc, bytes } = readyToInsert(given, now);
        access.insert(access.ensure(ns), doc, bytes);
        return 1;
      });
      return replyDoc({ n, writeErrors });
    },
  },
  update: {
    ...WRITE,
    fields: [...BATCH_FIELDS, 'updates', 'let'],
    run(context) {
      const ns = fullName(context);
      const upserted: Doc[] = [];
      let modified = 0;
      const updates = statements(context, 'updates').map(
        (given) => new Args(asDoc(given), 'update.updates', UPDATE_FIELDS),
      );
      for (const args of updates) args.required('q');
      const { n, writeErrors } = runBatch(context, updates, (args, index) => {
        const outcome = runUpdate(context, ns, {
          ...updateParts(args, { query: 'q', update: 'u' }),
          multi: args.boolean('multi'),
          answers: false,
        });
        modified += outcome.modified;
        if (outcome.upserted !== undefined) upserted.push(replyDoc({ index, _id: outcome.upserted }));
        return outcome.upserted === undefined ? outcome.matched : 1;
      });
      return replyDoc({ n, nModified: modified, upserted: upserted.length > 0 ? upserted : undefined, writeErrors });
    },
  },
  delete: {
    ...WRITE,
    fields: [...BATCH_FIELDS, 'deletes', 'let'],
    run(context) {
      const ns = fullName(context);
      const deletes = statements(context, 'deletes').map(
        (given) => new Args(asDoc(given), 'delete.deletes', DELETE_FIELDS),
      );
      for (const args of deletes) for (const field of ['q', 'limit']) args.required(field);
      const { n, writeErrors } = runBatch(context, deletes, (args) => {
        const filter = compileFilter(args.document('q') ?? new Map(), { constants: context.constants });
        const limit = args.count('limit') ?? 0;
        if (limit > 1) throw failedToParse('The limit field in delete objects must be 0 or 1. Got ' + String(limit));
        let removed = 0;
        for (const _ of remove(context, ns, { filter, limit: limit || undefined, hint: args.doc.get('hint') }))
          removed++;
        return removed;
      });
      return replyDoc({ n, writeErrors });
    },
  },
  findAndModify: {
    ...WRITE,
    fields: 'query sort remove update new fields upsert arrayFilters hint let bypassDocumentValidation'.split(' '),
    run: findAndModify,
  },
};

function findAndModify(context: Context): Doc {
  const { args, constants } = context;
  const ns = fullName(context);
  const query = args.document('query') ?? new Map<string, Value>();
  const sort = readSort(args.document('sort'));
  const fields = args.document('fields');
  const project =
    fields && fields.size > 0 ? compileProjection(fields, { filter: query, constants }) : (doc: Doc) => doc;
  const shown = (doc: Doc | undefined): Doc | null => (doc ? project(doc) : null);
  if (args.boolean('remove')) {
    if (args.doc.has('update') || args.boolean('new') || args.boolean('upsert'))
      throw failedToParse("Cannot specify an update, 'new' or 'upsert' when remove=true");
    const filter = compileFilter(query, { constants });
    const [removed] = remove(context, ns, { filter, sort, limit: 1, hint: args.doc.get('hint') });
    return replyDoc({ lastErrorObject: { n: removed ? 1 : 0 }, value: shown(removed) });
  }
  const parts = updateParts(args, { query: 'query', update: 'update' });
  const statement = { ...parts, sort, multi: false, answers: true };
  const { matched, upserted, before, after } = runUpdate(context, ns, statement);
  return replyDoc({
    lastErrorObject: { n: upserted === undefined ? matched : 1, updatedExisting: matched > 0, upserted },
    value: shown(args.boolean('new') ? after : before),
  });
}

function updateParts(args: Args, names: { query: string; update: string }): Omit<UpdateStatement, 'multi' | 'answers'> {
  const update = args.doc.get(names.update);
  if (update === undefined) throw failedToParse('Either an update or remove=true must be specified');
  return {
    query: args.document(names.query) ?? new Map(),
    update: Array.isArray(update) ? (args.documents(names.update) ?? []) : (args.document(names.update) ?? new Map()),
    arrayFilters: args.documents('arrayFilters'),
    upsert: args.boolean('upsert'),
    hint: args.doc.get('hint'),
  };
}

/** Removes what the query finds, one by one as the caller goes on. */
function* remove(context: Context, ns: string, query: Query): Iterable<Doc> {
  const collection = context.access.catalog.get(ns);
  const rids = [...findStored(context, collection, query)].map((found) => found.rid);
  for (const rid of rids) {
    context.deadline.check();
    const stored = collection && context.access.fetch(collection, rid);
    if (!collection || !stored) continue;
    const before = decodeDoc(stored.bytes);
    context.access.remove(collection, rid, before);
    yield before;
  }
}

/** What the batch consists of: documents, or statements still to be read. */
function statements(context: Context, field: string): readonly (Buffer | Doc)[] {
  const given = context.sequences.get(field) ?? context.args.documents(field) ?? [];
  if (given.length > 0 && given.length <= MAX_BATCH) return given;
  throw new MongoError(
    16,
    'InvalidLength',
    `Write batch sizes must be between 1 and ${MAX_BATCH}. Got ${given.length} operations.`,
  );
}

/** Runs the statements of a batch, each for itself; an ordered batch ends at the first error. */
function runBatch<T>(
  context: Context,
  batch: readonly T[],
  run: (one: T, index: number) => number,
): { n: number; writeErrors: Doc[] | undefined } {
  const ordered = !context.args.doc.has('ordered') || context.args.boolean('ordered');
  const writeErrors: Doc[] = [];
  let n = 0;
  for (const [index, one] of batch.entries()) {
    try {
      n += run(one, index);
    } catch (error) {
      if (!(error instanceof MongoError) || OF_THE_COMMAND.has(error.code)) throw error;
      writeErrors.push(writeError(error, index));
      if (ordered) break;
    }
  }
  return { n, writeErrors: writeErrors.length > 0 ? writeErrors : undefined };
}

function writeError(error: MongoError, index: number): Doc {
  const doc = replyDoc({ index, code: error.code });
  for (const [name, value] of error.extra ?? []) doc.set(name, value);
  return doc.set('errmsg', error.message);
}

const asDoc = (given: Buffer | Doc): Doc => (given instanceof Map ? given : decodeDoc(given, { depth: 200 }));
