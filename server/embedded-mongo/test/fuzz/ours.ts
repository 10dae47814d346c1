import { decodeDoc } from '../../src/bson/decode.ts';
import { encodeDoc } from '../../src/bson/encode.ts';
import { toNumber, type Doc } from '../../src/bson/value.ts';
import { equalValues } from '../../src/language/compare.ts';
import { MongoError } from '../../src/language/errors.ts';
import { commandConstants, type Constants } from '../../src/language/expression/expression.ts';
import { compileFilter, type Position } from '../../src/language/filter.ts';
import { compilePipeline, type Pipeline } from '../../src/language/pipeline.ts';
import { compileProjection } from '../../src/language/projection.ts';
import { compileSort, sortDocs } from '../../src/language/sort.ts';
import { compileUpdate } from '../../src/language/update.ts';
import { checkBounds } from './bounds.ts';
import { doc, docs, type Case, type Outcome } from './case.ts';

const NOT_SUPPORTED = 115;
const NOW = new Date(Date.UTC(2026, 0, 1));

/** The language half on its own, without storage. Also checks what it says of itself: fields read, bounds, the head. */
export function askOurs(one: Case): Outcome {
  try {
    const found =
      one.kind === 'find' ? find(one.given) : one.kind === 'update' ? update(one.given) : aggregate(one.given);
    return { documents: found };
  } catch (error) {
    if (!(error instanceof MongoError)) throw error;
    return error.code === NOT_SUPPORTED
      ? { refused: error.message }
      : { code: error.code, message: error.message, atParse: fails({ ...one, given: withoutDocuments(one.given) }) };
  }
}

const constants = (given: Doc): Constants => commandConstants(NOW, doc(given, 'let'));

const answer = ({ kind, given }: Case): Doc[] =>
  kind === 'find' ? find(given) : kind === 'update' ? update(given) : aggregate(given);

const withoutDocuments = (given: Doc): Doc =>
  new Map([...given].filter(([name]) => !['doc', 'docs', 'other', 'upsert'].includes(name)));

function fails(one: Case): boolean {
  try {
    answer(one);
    return false;
  } catch {
    return true;
  }
}

function find(given: Doc): Doc[] {
  const filter = compileFilter(doc(given, 'filter') ?? new Map(), { constants: constants(given) });
  const sort = compileSort(doc(given, 'sort') ?? new Map());
  const project = compileProjection(doc(given, 'projection') ?? new Map(), {
    filter: doc(given, 'filter') ?? new Map(),
    constants: constants(given),
  });
  const matching = docs(given, 'docs').filter((each) => {
    const matches = filter.matches(each);
    if (filter.matches(only(each, filter.fields)) !== matches)
      throw new Error('the fields of a filter are not all it reads');
    if (matches) checkBounds(each, filter.bounds());
    return matches;
  });
  const skip = toNumber(given.get('skip')) ?? 0;
  const limit = toNumber(given.get('limit')) ?? Infinity;
  return sortDocs(matching, sort, skip + limit)
    .slice(skip, skip + limit)
    .map(project);
}

const only = (each: Doc, fields: ReadonlySet<string> | undefined): Doc => decodeDoc(encodeDoc(each), { only: fields });

/** As `findAndModify` with `new: true`: the changed document, or none. */
function update(given: Doc): Doc[] {
  const query = doc(given, 'query') ?? new Map();
  const filter = compileFilter(query, { constants: constants(given) });
  const compiled = compileUpdate(given.get('update') as Doc | Doc[], {
    constants: constants(given),
    ...(given.has('arrayFilters') ? { arrayFilters: docs(given, 'arrayFilters') } : {}),
    ...(given.get('upsert') === true ? { upsertFrom: query } : {}),
  });
  const stored = doc(given, 'doc');
  const position: Position = { index: undefined };
  if (stored && filter.matches(stored, position)) {
    const before = encodeDoc(stored);
    const changed = compiled.apply(stored, { matchedIndex: position.index, inserting: false, now: NOW });
    if (!before.equals(encodeDoc(stored))) throw new Error('an update changed the document it was given');
    return [changed];
  }
  if (given.get('upsert') !== true) return [];
  const inserted = compiled.apply(new Map(), { inserting: true, now: NOW });
  if (stored && equalValues(stored.get('_id'), inserted.get('_id')))
    throw new MongoError(11000, 'DuplicateKey', 'E11000');
  return [inserted];
}

function aggregate(given: Doc): Doc[] {
  const pipeline = compilePipeline(docs(given, 'pipeline'), { constants: constants(given) });
  const all = docs(given, 'docs');
  const found = run(pipeline, all, given);
  const narrow = all.map((each) => only(each, pipeline.fields));
  if (hex(run(pipeline, narrow, given)) !== hex(found))
    throw new Error('the fields of a pipeline are not all it reads');
  if (hex(afterHead(pipeline, all, given)) !== hex(found)) throw new Error('head and rest are not the whole pipeline');
  return found;
}

const env = (given: Doc) => ({ collection: (name: string) => docs(given, name), deadline: () => {} });
const run = (pipeline: Pipeline, source: Doc[], given: Doc): Doc[] => [...pipeline.run(source, env(given))];
const hex = (found: Doc[]): string => found.map((each) => encodeDoc(each).toString('hex')).join();

function afterHead(pipeline: Pipeline, source: Doc[], given: Doc): Doc[] {
  const { filter, sort, skip, limit } = pipeline.head;
  const matching = source.filter((each) => filter?.matches(each) ?? true);
  const inOrder = sort ? sortDocs(matching, sort) : matching;
  return [...pipeline.runAfterHead(inOrder.slice(skip, limit === undefined ? undefined : skip + limit), env(given))];
}
