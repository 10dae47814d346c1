import { describe, expect, test } from 'vitest';
import type { DocumentLog, LogRecord } from '../../src/realtime/collab/log.ts';
import type { CollabDocument } from '../../src/realtime/collab/peer.ts';

let documents = 0;

function aDocument(over: Partial<CollabDocument> = {}): CollabDocument {
  documents++;
  return { orgId: 'org-1', kind: 'entry', id: `entry-${documents}`, ...over };
}

const part = (...bytes: number[]) => ({ personId: 'ada', sessionId: 'tab-1', update: Uint8Array.from(bytes) });
const record = (seq: number, ...parts: ReturnType<typeof part>[]) => ({ seq, parts, at: new Date() });

const write = (log: DocumentLog, document: CollabDocument, one: LogRecord) => log.append([{ document, record: one }]);
const state = (seq: number, byte: number) => ({ seq, state: Uint8Array.of(byte), owners: new Map([[7, 'ada']]) });

/** With bytes that compare. */
const plain = ({ parts, ...rest }: LogRecord) => ({
  ...rest,
  parts: parts.map(({ update, ...who }) => ({ ...who, update: Uint8Array.from(update) })),
});

/** What opening a document reads. */
async function opened(log: DocumentLog, document: CollabDocument) {
  const { snapshot, tail } = await log.load(document);
  const updates = tail.flatMap(({ parts }) => parts.map(({ update }) => [...update]));
  return { snapshot: snapshot && [snapshot.seq, ...snapshot.state], updates, seqs: tail.map(({ seq }) => seq) };
}

/** What every log of documents does. */
export function logContract(name: string, open: () => Promise<DocumentLog>): void {
  describe(`${name}: the log of a document`, () => {
    test('of a document that nobody wrote is empty', async () => {
      const log = await open();
      expect(await log.load(aDocument())).toEqual({ snapshot: null, tail: [] });
      expect(await log.lastSeq(aDocument())).toBe(0);
    });

    test('gives back every update of every record, byte for byte and in order', async () => {
      const [log, document] = [await open(), aDocument()];
      await write(log, document, record(1, part(1, 2), part(3)));
      await write(log, document, { ...record(2), parts: [{ ...part(255, 0, 128), sessionId: null }] });
      expect(await opened(log, document)).toEqual({
        snapshot: null,
        updates: [[1, 2], [3], [255, 0, 128]],
        seqs: [1, 2],
      });
    });

    test('gives back records page by page, with who wrote them when', async () => {
      const [log, document] = [await open(), aDocument()];
      const large = (byte: number, length: number) => part(...Array.from({ length }, () => byte));
      const kept = [record(1, large(1, 100), large(2, 100)), record(2, large(3, 300)), record(3, part(4))];
      for (const one of kept) await write(log, document, one);
      const page = async (after: number, limit: number, maxBytes = 10_000) => {
        const records = await log.records(document, { after, limit, maxBytes });
        return records.map(plain);
      };
      expect(await page(0, 10)).toEqual(kept);
      expect(await page(1, 1)).toEqual([kept[1]]);
      expect(await page(0, 10, 350)).toEqual(kept.slice(0, 2));
      expect(await page(0, 10, 150)).toEqual(kept.slice(0, 1));
      expect(await page(3, 10)).toEqual([]);
      expect([await log.lastSeq(document), await log.lastSeq(aDocument())]).toEqual([3, 0]);
    });

    test('takes a number once: whoever comes second is told', async () => {
      const [log, document] = [await open(), aDocument()];
      expect(await write(log, document, record(1, part(1)))).toEqual(['written']);
      expect(await write(log, document, record(1, part(2)))).toEqual(['stale']);
      expect((await opened(log, document)).updates).toEqual([[1]]);
    });

    test('writes records of many documents at once, and says of each whether it is written', async () => {
      const [log, one, two, three] = [await open(), aDocument(), aDocument(), aDocument()];
      await write(log, two, record(1, part(9)));
      const records = [one, two, three].map((document, at) => ({ document, record: record(1, part(at)) }));
      expect(await log.append(records)).toEqual(['written', 'stale', 'written']);
      const kept = await Promise.all([one, two, three].map((document) => opened(log, document)));
      expect(kept.map(({ updates }) => updates)).toEqual([[[0]], [[9]], [[2]]]);
    });

    test('of twenty who write at once takes exactly one', async () => {
      const [log, document] = [await open(), aDocument()];
      const writing = Array.from({ length: 20 }, (_, at) => write(log, document, record(1, part(at))));
      const outcomes = (await Promise.all(writing)).flat();
      expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(1);
      expect((await log.load(document)).tail).toHaveLength(1);
    });

    test('keeps documents, kinds and organisations apart', async () => {
      const [log, document] = [await open(), aDocument()];
      const others = [aDocument(), { ...document, kind: 'run' as const }, { ...document, orgId: 'org-2' }];
      await write(log, document, record(1, part(1)));
      for (const other of others) expect(await log.lastSeq(other)).toBe(0);
      for (const other of others) expect(await write(log, other, record(1, part(9)))).toEqual(['written']);
      expect((await opened(log, document)).updates).toEqual([[1]]);
    });

    test('opens from the newest snapshot and what came after it', async () => {
      const [log, document] = [await open(), aDocument()];
      for (let seq = 1; seq <= 3; seq++) await write(log, document, record(seq, part(seq)));
      await log.snapshot(document, state(2, 12));
      await log.snapshot(document, state(1, 11));
      expect(await opened(log, document)).toEqual({ snapshot: [2, 12], updates: [[3]], seqs: [3] });
      expect((await log.load(document)).snapshot?.owners).toEqual(new Map([[7, 'ada']]));
      await log.snapshot(document, state(3, 13));
      expect(await opened(log, document)).toEqual({ snapshot: [3, 13], updates: [], seqs: [] });
      expect(await log.lastSeq(document)).toBe(3);
    });

    test('[RT40] says the same when old records are in their dense form, to whoever asks for whichever', async () => {
      const [log, document] = [await open(), aDocument()];
      const kept = Array.from({ length: 9 }, (_, at) => record(at + 1, part(at), part(at, at)));
      for (const one of kept) await write(log, document, one);
      for (const upTo of [4, 4, 7, 9]) {
        await log.compact(document, upTo);
        for (let after = 0; after <= 9; after++) {
          const read: LogRecord[] = [];
          for (let known = after; known < 9; known = read.at(-1)!.seq) {
            read.push(...(await log.records(document, { after: known, limit: 2 })));
          }
          expect(read.map(plain)).toEqual(kept.slice(after));
        }
        expect((await log.load(document)).tail.map(plain)).toEqual(kept);
        expect(await log.lastSeq(document)).toBe(9);
        expect(await write(log, document, record(9, part(1)))).toEqual(['stale']);
      }
    });

    test('takes a record of eight megabytes', async () => {
      const [log, document] = [await open(), aDocument()];
      const update = new Uint8Array(4 * 1024 * 1024).fill(7);
      await write(log, document, { ...record(1), parts: [1, 2].map(() => ({ ...part(), update })) });
      const [only] = (await log.load(document)).tail;
      expect(only?.parts.map((one) => one.update.length)).toEqual([update.length, update.length]);
    });
  });
}
