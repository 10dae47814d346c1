import { BSON, type Document } from 'mongodb';
import { decodeDoc } from '../src/bson/decode.ts';
import { encodeDoc } from '../src/bson/encode.ts';
import type { Doc } from '../src/bson/value.ts';
import { MongoError } from '../src/language/errors.ts';

/** A document as the driver would send it: whole numbers are int32, bigints int64, other numbers double. */
export const doc = (given: Document): Doc => decodeDoc(BSON.serialize(given));

export const docs = (...given: Document[]): Doc[] => given.map(doc);

/** A document as the driver would show it. */
export const plain = (given: Doc): Document => BSON.deserialize(encodeDoc(given), { useBigInt64: true });

/** The code of the error that a function throws. */
export function codeOf(run: () => unknown): number | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof MongoError) return error.code;
    throw error;
  }
}
