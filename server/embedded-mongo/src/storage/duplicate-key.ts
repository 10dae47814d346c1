import { Binary, Decimal128, Int32, ObjectId, typeName, type Doc, type Value } from '../bson/value.ts';
import { MongoError } from '../language/errors.ts';
import type { Collection } from './catalog.ts';
import { keyValue } from './index-keys.ts';
import type { Index } from './index-spec.ts';

/** Error 11000 in MongoDB's words, with the index's pattern and the values that were there already. */
export function duplicateKey(collection: Collection, index: Index, found: { doc: Doc; key: Uint8Array }): MongoError {
  const values = keyValue(index, found.doc, found.key);
  const pattern = index.spec.get('key') ?? new Map();
  return new MongoError(
    11000,
    'DuplicateKey',
    `E11000 duplicate key error collection: ${collection.ns} index: ${index.name} dup key: ${inShell(values)}`,
    new Map<string, Value>([
      ['keyPattern', pattern],
      ['keyValue', values],
    ]),
  );
}

function inShell(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof Int32) return String(value.value);
  if (value instanceof Date) return `new Date(${value.getTime()})`;
  if (value instanceof ObjectId) return `ObjectId('${value.toHexString()}')`;
  if (value instanceof Decimal128) return value.toString();
  if (value instanceof Binary) return `BinData(${value.sub_type}, ${value.toString('hex').toUpperCase()})`;
  if (Array.isArray(value)) return `[ ${value.map(inShell).join(', ')} ]`;
  if (value instanceof Map) return `{ ${[...value].map(([name, inner]) => `${name}: ${inShell(inner)}`).join(', ')} }`;
  return typeof value === 'object' ? typeName(value) : String(value);
}
