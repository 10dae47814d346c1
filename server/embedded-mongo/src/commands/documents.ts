import type { Buffer } from 'node:buffer';
import { decodeDoc } from '../bson/decode.ts';
import { encodeDoc } from '../bson/encode.ts';
import {
  BSONRegExp,
  ObjectId,
  Opaque,
  STORED_DEPTH,
  Timestamp,
  typeName,
  type Doc,
  type Value,
} from '../bson/value.ts';
import { badValue, location, MongoError, overflow } from '../language/errors.ts';

export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

/** A document ready to be stored, with its bytes. */
export type Ready = { doc: Doc; bytes: Uint8Array };

/** What an insert stores: `_id` first (made when missing), empty timestamps filled in, as MongoDB does. */
export function readyToInsert(given: Buffer | Doc, now: Date): Ready {
  const doc = given instanceof Map ? given : decodeDoc(given);
  let complete = doc;
  if (doc.keys().next().value !== '_id')
    complete = new Map([['_id', doc.get('_id') ?? new ObjectId()], ...without_id(doc)]);
  checkId(complete.get('_id'));
  for (const [name, value] of complete)
    if (value instanceof Timestamp && value.isZero()) complete = new Map(complete).set(name, timestamp(now));
  if (given instanceof Map) checkDepth(complete, STORED_DEPTH);
  const bytes = complete === doc && !(given instanceof Map) ? given : encodeDoc(complete);
  if (bytes.length > MAX_DOCUMENT_BYTES)
    throw badValue(`object to insert too large. size in bytes: ${bytes.length}, max size: ${MAX_DOCUMENT_BYTES}`);
  return { doc: complete, bytes };
}

/** The result of an update as it will be stored. */
export function readyToReplace(doc: Doc): Ready {
  checkDepth(doc, STORED_DEPTH);
  const bytes = encodeDoc(doc);
  if (bytes.length > MAX_DOCUMENT_BYTES)
    throw location(17419, `Resulting document after update is larger than ${MAX_DOCUMENT_BYTES}`);
  return { doc, bytes };
}

/** What is nested deeper than a stored document may be could not be read again. */
function checkDepth(value: Value, left: number): void {
  if (typeof value !== 'object' || !(value instanceof Map || Array.isArray(value))) return;
  if (left <= 0) throw overflow('the document exceeds the maximum number of levels of nesting');
  for (const inner of value.values()) checkDepth(inner, left - 1);
}

const without_id = (doc: Doc): [string, Value][] => [...doc].filter(([name]) => name !== '_id');

function checkId(id: Value | undefined): void {
  if (Array.isArray(id) || id instanceof BSONRegExp || id instanceof Opaque)
    throw badValue(`The '_id' value cannot be of type ${typeName(id)}`);
  const dollar = id instanceof Map ? [...id.keys()].find((name) => name.startsWith('$')) : undefined;
  if (dollar !== undefined)
    throw new MongoError(
      52,
      'DollarPrefixedFieldName',
      `_id fields may not contain '$'-prefixed fields: ${dollar} is not valid for storage.`,
    );
}

let lastTimestamp = 0;
let increment = 0;

function timestamp(now: Date): Timestamp {
  const t = Math.floor(now.getTime() / 1000);
  increment = t === lastTimestamp ? increment + 1 : 1;
  lastTimestamp = t;
  return new Timestamp({ t, i: increment });
}
