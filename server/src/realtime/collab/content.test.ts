import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { inlineThread } from '../../../test/collab/inline-thread.ts';
import { settle } from '../../../test/collab/link.ts';
import { MemoryLog } from '../../../test/collab/memory-log.ts';
import { ContentCache } from './content-cache.ts';
import { Content } from './content.ts';
import { contentRestMs, largeBytes } from './limits.ts';
import type { LogRecord } from './log.ts';
import type { CollabDocument } from './peer.ts';

const named = (id: string): CollabDocument => ({ orgId: 'org-1', kind: 'entry', id });
const document = named('entry-1');

let log: MemoryLog;
let cache: ContentCache;
let loads: number;
let author: Y.Doc;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  log = new MemoryLog();
  cache = new ContentCache();
  loads = 0;
  author = new Y.Doc();
  log.gate = async (step) => {
    if (step === 'load') loads++;
  };
});

afterEach(() => void vi.useRealTimers());

const content = (of = document, thread = inlineThread()) => new Content(of, { log, thread, cache });

/** The record of one more word. */
function typed(word: string, of = document): LogRecord {
  const before = Y.encodeStateVector(author);
  author.getText('t').insert(author.getText('t').length, word);
  const parts = [{ personId: 'ada', sessionId: null, update: Y.encodeStateAsUpdate(author, before) }];
  return { seq: log.of(of).length + 1, at: new Date(), parts };
}
async function keep(record: LogRecord, of = document): Promise<LogRecord> {
  await log.append([{ document: of, record }]);
  return record;
}
function textIn(update: Uint8Array): string {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, update);
  return doc.getText('t').toJSON();
}
const words = async (one: Content) => textIn((await one.answer(null)).update);

describe('[RT2] a crowd costs one reading', () => {
  test('of the log, and one making of the state', async () => {
    for (const word of ['a', 'b', 'c']) await keep(typed(word));
    const thread = inlineThread();
    const soon = vi.spyOn(thread, 'soon');
    const one = content(document, thread);
    expect(await Promise.all(Array.from({ length: 20 }, () => words(one)))).toEqual(Array(20).fill('abc'));
    expect([loads, soon.mock.calls.length]).toEqual([1, 1]);
  });

  test('also while people type: each is answered with all that was durable when they asked', async () => {
    await keep(typed('a'));
    const one = content();
    await words(one);
    const asked: Promise<string>[] = [];
    for (const word of ['b', 'c', 'd']) {
      one.add(await keep(typed(word)));
      asked.push(words(one));
    }
    const answers = await Promise.all(asked);
    for (const [at, least] of ['ab', 'abc', 'abcd'].entries()) expect(answers[at]).toContain(least);
    expect(loads).toBe(1);
  });

  test('what becomes durable while the log is read is in the answer', async () => {
    await keep(typed('a'));
    const held = Promise.withResolvers<void>();
    const slow = {
      records: log.records,
      load: async (of: CollabDocument) => {
        const read = await log.load(of);
        await held.promise;
        return read;
      },
    };
    const one = new Content(document, { log: slow, thread: inlineThread(), cache });
    const asked = words(one);
    await settle();
    one.add(await keep(typed('b')));
    held.resolve();
    expect([await asked, loads]).toEqual(['ab', 1]);
  });
});

describe('[RT3] who opens a large document', () => {
  const large = 'x'.repeat(largeBytes + 1);
  let thread: ReturnType<typeof inlineThread>;
  let one: Content;

  beforeEach(async () => {
    await keep(typed(large));
    thread = inlineThread();
    one = content(document, thread);
    await words(one);
  });

  async function more(updates: number): Promise<void> {
    for (let n = 0; n < updates; n++) one.add(await keep(typed('y')));
  }
  async function told(
    vector: Uint8Array | null,
    to = new Y.Doc(),
  ): Promise<{ text: string; seq: number; apart: boolean }> {
    const { update, newer, seq } = await one.answer(vector);
    Y.applyUpdate(to, update);
    if (newer) Y.applyUpdate(to, newer);
    return { text: to.getText('t').toJSON(), seq, apart: newer !== null };
  }

  test('is told the last updates apart, and waits for no folding', async () => {
    const soon = vi.spyOn(thread, 'soon');
    await more(1);
    expect(await told(null)).toEqual({ text: `${large}y`, seq: 2, apart: true });
    await more(2);
    expect(await told(null)).toEqual({ text: `${large}yyy`, seq: 4, apart: true });
    expect(soon).not.toHaveBeenCalled();
  });

  test('and had it before, is told what is new of both', async () => {
    const replica = new Y.Doc();
    await told(null, replica);
    await more(3);
    expect(await told(Y.encodeStateVector(replica), replica)).toEqual({ text: `${large}yyy`, seq: 4, apart: true });
  });

  test('gets one state where much came since, in many updates or in one', async () => {
    await more(400);
    expect(await told(null)).toEqual({ text: large + 'y'.repeat(400), seq: 401, apart: false });
    one.add(await keep(typed(large)));
    expect(await told(null)).toMatchObject({ seq: 402, apart: false });
  });
});

describe('[RT24] content in memory', () => {
  test('goes a moment after somebody last asked for it or wrote, and is read again for the next', async () => {
    await keep(typed('a'));
    const one = content();
    await words(one);
    expect(one.contentBytes).toBeGreaterThan(0);
    vi.advanceTimersByTime(contentRestMs / 2);
    await words(one);
    vi.advanceTimersByTime(contentRestMs / 2);
    one.add(await keep(typed('b')));
    vi.advanceTimersByTime(contentRestMs / 2);
    // Whoever follows it keeps nobody's content in memory.
    await one.digest();
    vi.advanceTimersByTime(contentRestMs / 4);
    expect([loads, one.contentBytes > 0]).toEqual([1, true]);
    vi.advanceTimersByTime(contentRestMs / 2);
    expect([one.contentBytes, vi.getTimerCount()]).toEqual([0, 0]);
    expect([await words(one), loads]).toEqual(['ab', 2]);
  });

  test('is bounded for all documents together: what was asked for longest ago goes first', async () => {
    cache = new ContentCache(3000);
    const all = ['a', 'b', 'c', 'd'].map((id) => content(named(id)));
    for (const id of ['a', 'b', 'c', 'd']) {
      author = new Y.Doc();
      await keep(typed('x'.repeat(1200), named(id)), named(id));
    }
    for (const one of all.slice(0, 2)) await words(one);
    await words(all[0]!);
    await words(all[2]!);
    expect(all.map(({ contentBytes }) => contentBytes > 0)).toEqual([true, false, true, false]);
  });

  test('is dropped where a record is missing between it and the next, and read again', async () => {
    await keep(typed('a'));
    const one = content();
    await words(one);
    await keep(typed('b'));
    one.add(await keep(typed('c')));
    expect(one.contentBytes).toBe(0);
    expect([await words(one), loads]).toEqual(['abc', 2]);
  });
});

test('[RT1] a log with a hole is a document that cannot be loaded', async () => {
  await keep(typed('a'));
  typed('b');
  const later = typed('c');
  log.stored.set('org-1/entry/entry-1', [...log.of(document), { ...later, seq: 3 }]);
  await expect(content().answer(null)).rejects.toThrow('Record 2 of a document is missing.');
  await expect(content().index()).rejects.toThrow('missing');
});

test('[RT21] what came after a record is one change', async () => {
  for (const word of ['a', 'b', 'c']) await keep(typed(word));
  const doc = new Y.Doc();
  Y.applyUpdate(doc, log.of(document)[0]!.parts[0]!.update);
  const { update, seq } = await content().since(1);
  Y.applyUpdate(doc, update);
  expect([doc.getText('t').toJSON(), seq]).toEqual(['abc', 3]);
});
