import { createReadStream } from 'node:fs';
import { BSON, type Document } from 'mongodb';

/** The longest document that MongoDB has, with room for what it adds itself. */
const longestDocument = 17 * 1024 * 1024;

/** Documents as they stand one behind the other in a file, as `mongodump` writes them; each with its length in front. */
export async function* rawDocuments(path: string): AsyncGenerator<Buffer> {
  let waiting: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
    waiting = waiting.length > 0 ? Buffer.concat([waiting, chunk]) : chunk;
    let at = 0;
    while (waiting.length - at >= 4) {
      const length = waiting.readInt32LE(at);
      if (length < 5 || length > longestDocument) throw new Error(`${path} is damaged.`);
      if (waiting.length - at < length) break;
      yield waiting.subarray(at, at + length);
      at += length;
    }
    waiting = waiting.subarray(at);
  }
  if (waiting.length > 0) throw new Error(`${path} ends in the middle of a document.`);
}

/** With every number, date and binary of the type that it has in the file. */
export const documentOf = (raw: Uint8Array): Document =>
  BSON.deserialize(raw, { promoteValues: false, promoteLongs: false, bsonRegExp: true });
