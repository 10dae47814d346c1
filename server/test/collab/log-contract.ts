import { describe, expect, test } from 'vitest';
import { StaleLog, type DocumentLog } from '../../src/realtime/collab/log.ts';
import type { CollabDocument } from '../../src/realtime/collab/peer.ts';

let documents = 0;

function aDocument(over: Partial<CollabDocument> = {}): CollabDocument {
  documents++;
  return { orgId: 'org-1', kind: 'entry', id: `entry-${documents}`, ...over };
}

const part = (...bytes: number[]) => ({ personId: 'ada', sessionId: 'tab-1', update: Uint8Array.from(bytes) });
const record = (seq: number, ...parts: ReturnType<typeof part>[]) => ({ seq, parts, at: new Date() });

/** What every log of documents does. */
export function logContract(name: string, open: () => Promise<DocumentLog>): void {
  describe(`${name}: the log of a document`, () => {
    test('of a document that nobody wrote is empty', async () => {
      const log = await open();
      expect(await log.load(aDocument())).toEqual({ snapshot: null, tail: [], tailRecords: 0, seq: 0 });
      expect(await log.since(aDocument(), 0)).toMatchObject({ updates: [], seq: 0 });
    });

    test('gives back every update of every record, byte for byte and in order', async () => {
      const [log, document] = [await open(), aDocument()];
      await log.append(document, record(1, part(1, 2), part(3)));
      await log.append(document, record(2, { ...part(255, 0, 128), sessionId: null } as never));
      const { tail, ...rest } = await log.load(document);
      expect(tail.map((update) => [...update])).toEqual([[1, 2], [3], [255, 0, 128]]);
      expect(rest).toEqual({ snapshot: null, tailRecords: 2, seq: 2 });
      const { updates, seq } = await log.since(document, 1);
      expect([updates.map((update) => [...update]), seq]).toEqual([[[255, 0, 128]], 2]);
    });

    test('gives back records page by page, with who wrote them when', async () => {
      const [log, document] = [await open(), aDocument()];
      const kept = [record(1, part(1), part(2)), record(2, part(3, 3, 3)), record(3, part(4))];
      for (const one of kept) await log.append(document, one);
      const page = async (after: number, limit: number, maxBytes = 1000) => {
        const records = await log.records(document, { after, limit, maxBytes });
        return records.map(({ parts, ...rest }) => ({
          ...rest,
          parts: parts.map(({ update, ...who }) => ({ ...who, update: Uint8Array.from(update) })),
        }));
      };
      expect(await page(0, 10)).toEqual(kept);
      expect(await page(1, 1)).toEqual([kept[1]]);
      expect(await page(0, 10, 3)).toEqual(kept.slice(0, 2));
      expect(await page(0, 10, 1)).toEqual(kept.slice(0, 1));
      expect(await page(3, 10)).toEqual([]);
      expect([await log.lastSeq(document), await log.lastSeq(aDocument())]).toEqual([3, 0]);
    });

    test('takes a number once: whoever comes second is told', async () => {
      const [log, document] = [await open(), aDocument()];
      await log.append(document, record(1, part(1)));
      await expect(log.append(document, record(1, part(2)))).rejects.toThrow(StaleLog);
      expect((await log.load(document)).tail.map((update) => [...update])).toEqual([[1]]);
    });

    test('of twenty who write at once takes exactly one', async () => {
      const [log, document] = [await open(), aDocument()];
      const writing = Array.from({ length: 20 }, (_, at) => log.append(document, record(1, part(at))));
      const done = await Promise.allSettled(writing);
      expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect((await log.load(document)).tail).toHaveLength(1);
    });

    test('keeps documents, kinds and organisations apart', async () => {
      const [log, document] = [await open(), aDocument()];
      const others = [aDocument(), { ...document, kind: 'run' as const }, { ...document, orgId: 'org-2' }];
      await log.append(document, record(1, part(1)));
      for (const other of others) expect((await log.load(other)).seq).toBe(0);
      for (const other of others) await log.append(other, record(1, part(9)));
      expect((await log.load(document)).tail.map((update) => [...update])).toEqual([[1]]);
    });

    test('opens from the newest snapshot and what came after it', async () => {
      const [log, document] = [await open(), aDocument()];
      for (let seq = 1; seq <= 3; seq++) await log.append(document, record(seq, part(seq)));
      await log.snapshot(document, { seq: 2, state: Uint8Array.of(12) });
      await log.snapshot(document, { seq: 1, state: Uint8Array.of(11) });
      const { snapshot, tail, ...rest } = await log.load(document);
      expect([[...snapshot!], tail.map((update) => [...update])]).toEqual([[12], [[3]]]);
      expect(rest).toEqual({ tailRecords: 1, seq: 3 });
      await log.snapshot(document, { seq: 3, state: Uint8Array.of(13) });
      expect(await log.load(document)).toMatchObject({ tail: [], seq: 3 });
    });

    test('takes a record of eight megabytes', async () => {
      const [log, document] = [await open(), aDocument()];
      const update = new Uint8Array(4 * 1024 * 1024).fill(7);
      await log.append(document, { seq: 1, at: new Date(), parts: [1, 2].map(() => ({ ...part(), update })) });
      expect((await log.load(document)).tail.map(({ length }) => length)).toEqual([update.length, update.length]);
    });
  });
}
