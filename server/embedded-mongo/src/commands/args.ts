import { int32, isInt32, toNumber, typeName, type Doc, type Value } from '../bson/value.ts';
import { location, notSupported, typeMismatch } from '../language/errors.ts';

/** What any command may carry; the dispatcher looks at these. */
export const GENERIC_FIELDS =
  '$db lsid txnNumber autocommit startTransaction readConcern writeConcern $readPreference maxTimeMS comment'.split(
    ' ',
  );

/** Options of MongoDB that are refused here by name, instead of as unknown. */
const REFUSED = new Set(
  `collation c min max returnKey showRecordId rawData allowPartialResults tailable awaitData oplogReplay
  noCursorTimeout commitQuorum apiVersion apiStrict apiDeprecationErrors validator validationLevel validationAction changeStreamPreAndPostImages`.split(
    /\s+/,
  ),
);

/** The fields of a command or of one of its parts, read by type. Messages and codes are MongoDB's. */
export class Args {
  readonly doc: Doc;
  readonly #name: string;

  /** Refuses every field that is not in `known`; without it none. */
  constructor(doc: Doc, name: string, known: ReadonlySet<string> | undefined) {
    this.doc = doc;
    this.#name = name;
    if (!known) return;
    for (const [field, value] of doc) {
      if (known.has(field)) continue;
      if (!REFUSED.has(field)) throw location(40415, `BSON field '${name}.${field}' is an unknown field.`);
      if (value === false || isSimpleCollation(field, value)) continue;
      throw notSupported(`The option '${field}' of ${name}`);
    }
  }

  string(field: string): string {
    const value = this.required(field);
    return typeof value === 'string' ? value : this.#mismatch(field, 'string', value);
  }

  document(field: string): Doc | undefined {
    const value = this.doc.get(field) ?? undefined;
    return value === undefined || value instanceof Map ? value : this.#mismatch(field, 'object', value);
  }

  array(field: string): readonly Value[] | undefined {
    const value = this.doc.get(field) ?? undefined;
    return value === undefined || Array.isArray(value) ? value : this.#mismatch(field, 'array', value);
  }

  documents(field: string): readonly Doc[] | undefined {
    return this.array(field)?.map((value, n) =>
      value instanceof Map ? value : this.#mismatch(`${field}.${n}`, 'object', value),
    );
  }

  boolean(field: string): boolean {
    const value = this.doc.get(field) ?? false;
    if (typeof value === 'boolean') return value;
    const number = toNumber(value);
    return number === undefined ? this.#mismatch(field, 'bool', value) : number !== 0;
  }

  /** A whole number, not below zero. */
  count(field: string): number | undefined {
    const value = this.doc.get(field) ?? undefined;
    if (value === undefined) return undefined;
    const number = toNumber(value);
    if (number === undefined) return this.#mismatch(field, 'long', value);
    if (!Number.isSafeInteger(number) || number < 0)
      throw location(51024, `BSON field '${field}' value must be >= 0, actual value '${number}'`);
    return number;
  }

  /** Throws when the field is absent. */
  required(field: string): Value {
    const value = this.doc.get(field);
    if (value === undefined)
      throw location(40414, `BSON field '${this.#name}.${field}' is missing but a required field`);
    return value;
  }

  #mismatch(field: string, expected: string, value: Value): never {
    throw typeMismatch(
      `BSON field '${this.#name}.${field}' is the wrong type '${typeName(value)}', expected type '${expected}'`,
    );
  }
}

/** Comparing by bytes, which is what happens anyway. */
const isSimpleCollation = (field: string, value: Value): boolean =>
  field === 'collation' && value instanceof Map && value.size === 1 && value.get('locale') === 'simple';

type Plain = Value | undefined | readonly Plain[] | { readonly [name: string]: Plain };

/** A reply written as an object: whole numbers become int32 where they fit, what is undefined is left out. */
export function replyDoc(fields: { readonly [name: string]: Plain }): Doc {
  const doc: Doc = new Map();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) doc.set(name, replyValue(value));
  return doc;
}

function replyValue(value: Plain): Value {
  if (typeof value === 'number' && isInt32(value)) return int32(value);
  if (Array.isArray(value)) return value.map(replyValue);
  if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype)
    return replyDoc(value as { readonly [name: string]: Plain });
  return value as Value;
}
