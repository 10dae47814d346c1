import { documentKinds } from '@cobench/shared/realtime/collab';
import { z } from 'zod';
import type { DocumentLog, LogRecord } from '../realtime/collab/log.ts';
import { documentKey, type CollabDocument } from '../realtime/collab/peer.ts';
import { exportFormat } from './export.ts';

const Header = z.strictObject({
  format: z.literal(exportFormat),
  orgId: z.string(),
  kind: z.enum(documentKinds),
  id: z.string(),
});
const ExportedPart = z.strictObject({
  personId: z.string(),
  sessionId: z.string().nullable(),
  update: z.base64().transform((bytes): Uint8Array => Buffer.from(bytes, 'base64')),
});
const ExportedRecord = z.strictObject({
  seq: z.int().positive(),
  at: z.iso.datetime().transform((at) => new Date(at)),
  parts: z.array(ExportedPart),
});
/** What a document says ends it; it follows from the records. */
const Content = z.strictObject({ markdown: z.string(), body: z.unknown(), properties: z.unknown() });
const Line = z.union([Header, ExportedRecord, Content]);

/** Records that are written at once. */
const atOnce = 500;

/**
 * Writes the documents of an export into a store that does not have them: the same records, byte for byte. Gives each
 * back when all of it is durable. The lines are read twice, so that nothing is written of half an export.
 * @throws where a line is not of an export, or a document has been written to.
 */
export async function* imported(
  log: DocumentLog,
  lines: () => AsyncIterable<string>,
): AsyncGenerator<{ document: CollabDocument; seq: number }> {
  for await (const { document, record } of read(lines())) {
    const isFirst = record?.seq === 1;
    if (isFirst && (await log.lastSeq(document)) > 0) throw new Error(`${documentKey(document)} has been written to.`);
  }
  let waiting: LogRecord[] = [];
  let seq = 0;
  for await (const { document, record } of read(lines())) {
    if (record) waiting.push(record);
    if (record && waiting.length < atOnce) continue;
    seq = waiting.at(-1)?.seq ?? seq;
    await append(log, document, waiting);
    waiting = [];
    if (!record) yield { document, seq };
  }
}

/** The records of each document, in order, and null at its end. */
async function* read(
  lines: AsyncIterable<string>,
): AsyncGenerator<{ document: CollabDocument; record: LogRecord | null }> {
  let document: CollabDocument | null = null;
  let known = 0;
  let number = 0;
  for await (const text of lines) {
    number++;
    const { data: line } = Line.safeParse(JSON.parse(text));
    const isHeader = line !== undefined && 'format' in line;
    const isNext = line !== undefined && 'seq' in line && line.seq === known + 1;
    if (!line || isHeader === (document !== null) || ('seq' in line && !isNext)) {
      throw new Error(`Line ${number} is not what follows in an export.`);
    }
    if ('format' in line) {
      document = { orgId: line.orgId, kind: line.kind, id: line.id };
      known = 0;
    } else if (document) {
      yield { document, record: 'seq' in line ? line : null };
      if ('seq' in line) known = line.seq;
      else document = null;
    }
  }
  if (document) throw new Error('The export ends in the middle of a document.');
}

async function append(log: DocumentLog, document: CollabDocument, records: readonly LogRecord[]): Promise<void> {
  if (records.length === 0) return;
  const outcomes = await log.append(records.map((record) => ({ document, record })));
  if (outcomes.includes('stale')) throw new Error(`Somebody else writes to ${documentKey(document)}.`);
}
