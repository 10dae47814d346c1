import { crc32 } from 'node:zlib';
import type { DocumentRecord, LogRecord } from './log.ts';
import { packParts, unpackParts } from './record-bytes.ts';
import { keyOf, numberIn } from './record-key.ts';

/** Read lean, bytes come as the driver's Binary. */
export type StoredBytes = { buffer: Uint8Array };

/** A record as the store has it. `sum` is over all the rest: a byte of text that turned still decodes. */
export type RecordRow = { _id: string; orgId: string; at: Date; authors: string[]; updates: StoredBytes; sum: number };

export function toRow({ document, record: { seq, at, parts } }: DocumentRecord) {
  const { authors, updates } = packParts(parts);
  const row = { _id: keyOf(document, seq), orgId: document.orgId, at, authors };
  return { ...row, updates: asBuffer(updates), sum: sumOf(row, updates) };
}

/** @throws where it is not what `toRow` made. */
export function toRecord(row: RecordRow): LogRecord {
  const { _id, at, authors } = row;
  try {
    const updates = bytesOf(row.updates);
    if (sumOf(row, updates) !== row.sum) throw new Error('Its checksum says something else.');
    return { seq: numberIn(_id), at, parts: unpackParts({ authors, updates }) };
  } catch (cause) {
    throw new Error(`The record ${_id} is damaged.`, { cause });
  }
}

/** CRC-32 as a signed number: four bytes in BSON. */
function sumOf({ _id, at, authors }: Pick<RecordRow, '_id' | 'at' | 'authors'>, updates: Uint8Array): number {
  return crc32(updates, crc32(`${_id} ${at.getTime()} ${authors.join()}`)) | 0;
}

export const bytesOf = ({ buffer }: StoredBytes): Uint8Array =>
  new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);

export const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
