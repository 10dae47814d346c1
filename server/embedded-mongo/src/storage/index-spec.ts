import { int32, toNumber, type Doc, type Value } from '../bson/value.ts';
import { cannotCreateIndex, failedToParse, MongoError, notSupported, typeMismatch } from '../language/errors.ts';
import { compileFilter, type Filter } from '../language/filter.ts';

export type IndexField = { path: string; descending: boolean };

export type Index = {
  /** 0 is `_id_`, which lives in the collection's own table. */
  id: number;
  name: string;
  /** As `listIndexes` shows it. */
  spec: Doc;
  /** Empty for a text index. */
  fields: readonly IndexField[];
  unique: boolean;
  sparse: boolean;
  partial: Filter | undefined;
  /** Seconds after its date when a document has expired. */
  expireAfter: number | undefined;
  text: { weights: ReadonlyMap<string, number> } | undefined;
  /** Bit n is set when some document had an array on the path of field n. Never taken back. */
  multikey: number;
};

const NOT_SUPPORTED = ['collation', 'wildcardProjection', 'storageEngine', 'hidden', 'prepareUnique', 'clustered'];
const MAX_FIELDS = 31; // one bit each in `multikey`; MongoDB allows 32
const KEPT = ['unique', 'sparse', 'partialFilterExpression', 'expireAfterSeconds'];

export const idIndex = (): Index =>
  parseIndex(
    new Map<string, Value>([
      ['key', new Map([['_id', int32(1)]])],
      ['name', '_id_'],
    ]),
    { id: 0, multikey: 0 },
  );

/** Reads one member of `createIndexes.indexes`, or a stored spec. Refuses every option it does not honour. */
export function parseIndex(given: Doc, state: { id: number; multikey: number }): Index {
  for (const [option, value] of given) checkOption(option, value);
  const key = given.get('key');
  const name = given.get('name');
  if (!(key instanceof Map)) throw failedToParse("The 'key' field is a required property of an index specification");
  if (typeof name !== 'string')
    throw failedToParse("The 'name' field is a required property of an index specification");
  if (key.size === 0 || key.size > MAX_FIELDS) throw cannotCreateIndex(`An index has 1 to ${MAX_FIELDS} fields.`);
  const partial = given.get('partialFilterExpression');
  if (partial !== undefined && !(partial instanceof Map))
    throw typeMismatch("The field 'partialFilterExpression' must be an object");
  const weights = [...key.values()].includes('text') || key.has('_fts') ? textWeights(key, given) : undefined;
  const index = {
    ...state,
    name,
    spec: new Map<string, Value>([
      ['v', int32(2)],
      ['key', key],
      ['name', name],
    ]),
    fields: weights ? [] : [...key].map(([path, direction]) => indexField(path, direction)),
    unique: isTrue(given.get('unique')) || name === '_id_',
    sparse: isTrue(given.get('sparse')),
    partial: partial && compileFilter(partial),
    expireAfter: expiry(given.get('expireAfterSeconds'), key),
    text: weights && { weights },
  };
  if (partial && index.sparse) throw cannotCreateIndex('cannot mix "partialFilterExpression" and "sparse" options');
  if (weights && index.unique) throw cannotCreateIndex('a text index cannot be unique');
  for (const option of KEPT) {
    const value = given.get(option);
    if (value !== undefined && value !== false) index.spec.set(option, value);
  }
  if (weights) listTextOptions(index.spec, weights);
  return index;
}

function checkOption(option: string, value: Value): void {
  switch (option) {
    case 'v':
      if (toNumber(value) !== 2) throw cannotCreateIndex('Index version must be 2');
      return;
    case 'default_language':
      if (value !== 'english') throw notSupported(`The text index option 'default_language' other than english`);
      return;
    case 'language_override':
      if (value !== 'language') throw notSupported("The text index option 'language_override'");
      return;
    case 'background': // MongoDB has ignored it since 4.2
    case 'ns':
    case 'key':
    case 'name':
    case 'weights':
    case 'textIndexVersion':
      return;
    default:
      if (KEPT.includes(option)) return;
      if (NOT_SUPPORTED.includes(option)) throw notSupported(`The index option '${option}'`);
      throw new MongoError(
        197,
        'InvalidIndexSpecificationOption',
        `The field '${option}' is not valid for an index specification`,
      );
  }
}

function indexField(path: string, direction: Value): IndexField {
  const number = toNumber(direction);
  if (typeof direction === 'string') throw notSupported(`An index of type '${direction}'`);
  if (number === undefined || number === 0 || Number.isNaN(number))
    throw cannotCreateIndex(`Values in v:2 index key pattern cannot be of this type or zero: ${path}`);
  const parts = path.split('.');
  if (parts.some((part) => part === '')) throw cannotCreateIndex('Index keys cannot contain an empty field.');
  if (parts.some((part) => part.startsWith('$'))) throw notSupported(`An index on '${path}'`);
  if (parts.some((part) => /^\d+$/.test(part))) throw notSupported(`An index on an array position ('${path}')`);
  return { path, descending: number < 0 };
}

/** From `{title: 'text'}` as created, or from `{_fts: 'text'}` with `weights` as listed and stored. */
function textWeights(key: Doc, given: Doc): ReadonlyMap<string, number> {
  const stored = given.get('weights');
  const weights = new Map<string, number>();
  if (stored instanceof Map) for (const [path, weight] of stored) weights.set(path, toNumber(weight) ?? 1);
  for (const [path, kind] of key) {
    if (path === '_fts' || path === '_ftsx') continue;
    if (kind !== 'text') throw notSupported('A text index that also holds other fields');
    if (path.includes('$')) throw notSupported(`A text index on '${path}'`);
    if (!weights.has(path)) weights.set(path, 1);
  }
  return weights;
}

function listTextOptions(spec: Doc, weights: ReadonlyMap<string, number>): void {
  const sorted = [...weights].toSorted(([a], [b]) => (a < b ? -1 : 1));
  spec.set(
    'key',
    new Map<string, Value>([
      ['_fts', 'text'],
      ['_ftsx', int32(1)],
    ]),
  );
  spec.set('weights', new Map(sorted.map(([path, weight]) => [path, int32(weight)])));
  spec.set('default_language', 'english');
  spec.set('language_override', 'language');
  spec.set('textIndexVersion', int32(3));
}

function expiry(value: Value | undefined, key: Doc): number | undefined {
  if (value === undefined) return undefined;
  const seconds = toNumber(value);
  if (seconds === undefined || !(seconds >= 0 && seconds <= 2147483647))
    throw cannotCreateIndex("TTL index 'expireAfterSeconds' option must be numeric and between 0 and 2147483647");
  if (key.size > 1)
    throw cannotCreateIndex('TTL indexes are single-field indexes, compound indexes do not support TTL');
  if (key.has('_id'))
    throw cannotCreateIndex("The field 'expireAfterSeconds' is not valid for an _id index specification");
  return seconds;
}

const isTrue = (value: Value | undefined): boolean =>
  value === true || (typeof value !== 'boolean' && (toNumber(value) ?? 0) !== 0);
