import { parseProperties } from '@cobench/shared/notebook/read-properties';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { aPerson } from '../../../test/collab/link.ts';
import { MemoryFollowed } from '../../../test/collab/memory-followed.ts';
import { aDocument } from '../../../test/collab/room-house.ts';
import { bodyText } from '@cobench/shared/editor/body-text';
import type { Digested } from './content.ts';
import { follower, type Project } from './follower.ts';
import { snapshotRecords } from './limits.ts';
import type { CollabDocument } from './peer.ts';
import type { Flushed } from './room.ts';

const project = vi.fn<Project>();
const warn = vi.fn<(cause: unknown) => void>();
const snapshot = vi.fn<(document: CollabDocument, stored: object) => Promise<void>>();
const compact = vi.fn<(document: CollabDocument, upTo: number) => Promise<void>>();
const digest = vi.fn<(document: CollabDocument) => Promise<Digested>>();
const [ada, ben] = [aPerson(), aPerson()];
let followed = new MemoryFollowed();

beforeEach(() => {
  vi.useFakeTimers();
  followed = new MemoryFollowed();
  for (const mock of [project, snapshot, compact]) mock.mockReset().mockResolvedValue(undefined);
  digest.mockReset().mockImplementation(async () => aDigest('words'));
  warn.mockReset();
});

afterEach(() => void vi.useRealTimers());

const paragraph = (...content: object[]) => ({ type: 'paragraph', content });
const text = (words: string) => ({ type: 'text', text: words });

const aFlush = (over: Partial<Flushed> = {}): Flushed => ({
  document: aDocument,
  by: ada,
  at: new Date(),
  updates: 1,
  ...over,
});

function aDigest(words: string, over: Partial<Digested> = {}): Digested {
  const reading = { text: words, properties: parseProperties({ title: '', tags: {}, fields: {} }) };
  return { seq: 1, state: new Uint8Array(100), owners: new Map(), stored: 0, bytesSinceStored: 10, reading, ...over };
}

const following = () =>
  follower({
    content: (document) => ({ digest: () => digest(document), snapshotTaken: () => undefined }),
    log: { snapshot, compact },
    project,
    followed,
    warn,
  });

describe('[RT28] lists follow the log', () => {
  test('when people pause, with the last of what came', async () => {
    const { flushed } = following();
    for (let at = 0; at < 50; at++) flushed(aFlush({ by: at === 49 ? ben : ada }));
    expect(digest).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1000);
    expect(project.mock.calls).toMatchObject([[aDocument, { text: 'words', editedBy: ben, at: expect.any(Date) }]]);
    flushed(aFlush());
    await vi.advanceTimersByTimeAsync(1000);
    expect(project).toHaveBeenCalledTimes(2);
  });

  test('after five seconds where nobody pauses', async () => {
    const { flushed } = following();
    for (let at = 0; at < 49; at++) {
      flushed(aFlush());
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(digest).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(100);
    expect(project).toHaveBeenCalledOnce();
  });

  test('after each second where more comes than people type', async () => {
    const { flushed } = following();
    for (let at = 0; at < 30; at++) {
      flushed(aFlush({ updates: 100 }));
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(project).toHaveBeenCalledTimes(3);
  });

  test('at once where it comes after a while', async () => {
    const { flushed } = following();
    for (let at = 0; at < 15; at++) {
      flushed(aFlush());
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(project).not.toHaveBeenCalled();
    flushed(aFlush({ updates: 1000 }));
    await vi.advanceTimersByTimeAsync(0);
    expect(project).toHaveBeenCalledOnce();
  });

  test.each([10, 200])('of %i documents within a second, with time for others in between', async (many) => {
    const { flushed } = following();
    for (let at = 0; at < many; at++) flushed(aFlush({ document: { ...aDocument, id: `entry-${at}` } }));
    await vi.advanceTimersByTimeAsync(1000);
    expect(digest).toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(200);
    expect(digest.mock.calls.length).toBeLessThan(many);
    await vi.advanceTimersByTimeAsync(1000);
    expect(digest).toHaveBeenCalledTimes(many);
  });

  test('of every document for itself, few at a time', async () => {
    const { flushed } = following();
    const documents = Array.from({ length: 10 }, (_, at) => ({ ...aDocument, id: `entry-${at}` }));
    const held = Promise.withResolvers<Digested>();
    digest.mockReturnValue(held.promise);
    for (const document of documents) flushed(aFlush({ document }));
    await vi.advanceTimersByTimeAsync(1000);
    expect(digest.mock.calls.length).toBeLessThan(documents.length);
    held.resolve(aDigest('words'));
    await vi.advanceTimersByTimeAsync(1000);
    expect(project.mock.calls.map(([document]) => document)).toEqual(documents);
  });

  test('one after the other for one document: an older reading never comes last', async () => {
    const { flushed } = following();
    const held = Promise.withResolvers<Digested>();
    digest.mockReturnValueOnce(held.promise).mockResolvedValue(aDigest('newer'));
    flushed(aFlush());
    await vi.advanceTimersByTimeAsync(1000);
    flushed(aFlush());
    await vi.advanceTimersByTimeAsync(5000);
    expect(project).not.toHaveBeenCalled();
    held.resolve(aDigest('older'));
    await vi.advanceTimersByTimeAsync(0);
    expect(project.mock.calls.map(([, { text }]) => text)).toEqual(['older', 'newer']);
  });

  test('also at the end, without waiting', async () => {
    const { flushed, close } = following();
    flushed(aFlush());
    await close();
    expect(project).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each(['digest', 'project'] as const)('and go on after a failure to %s', async (step) => {
    ({ digest, project })[step].mockRejectedValueOnce(new Error('store away'));
    const { flushed } = following();
    flushed(aFlush());
    await vi.advanceTimersByTimeAsync(1000);
    expect(warn).toHaveBeenCalledOnce();
    digest.mockResolvedValue(aDigest('again'));
    flushed(aFlush());
    await vi.advanceTimersByTimeAsync(1000);
    expect(project.mock.lastCall?.[1].text).toBe('again');
  });
});

describe('[RT28] what lists have not been told yet is written down', () => {
  test('from the first keystroke until they say the same as the document', async () => {
    const { flushed } = following();
    flushed(aFlush());
    await vi.advanceTimersByTimeAsync(0);
    expect([...followed.behind.values()]).toEqual([aDocument]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(followed.behind.size).toBe(0);
  });

  test('also when typing goes on while they are told, and when telling them failed', async () => {
    const { flushed } = following();
    project.mockImplementationOnce(async () => flushed(aFlush()));
    flushed(aFlush());
    await vi.advanceTimersByTimeAsync(1000);
    expect(followed.behind.size).toBe(1);
    project.mockRejectedValueOnce(new Error('store away'));
    await vi.advanceTimersByTimeAsync(1000);
    expect(followed.behind.size).toBe(1);
    flushed(aFlush());
    await vi.advanceTimersByTimeAsync(1000);
    expect(followed.behind.size).toBe(0);
  });
});

describe('[RT24] a log that has become long is summed up', () => {
  test.each<[string, Partial<Digested>, boolean]>([
    ['a few records', { seq: snapshotRecords - 1 }, false],
    ['many', { seq: snapshotRecords + 1 }, true],
    ['many, but most of them before the last snapshot', { seq: 1000, stored: 990 }, false],
    ['few large ones', { bytesSinceStored: 70_000 }, true],
    ['few for a document so large', { seq: 1000, state: new Uint8Array(1_000_000) }, false],
    ['many for a large one', { seq: 1300, state: new Uint8Array(1_000_000) }, true],
  ])('%s', async (_, over, expected) => {
    digest.mockResolvedValue(aDigest('words', over));
    const { flushed, close } = following();
    flushed(aFlush());
    await close();
    expect(snapshot.mock.calls.length > 0).toBe(expected);
  });

  /** The document is edited up to each of these records in turn. */
  async function writtenUpTo(all: readonly number[], { flushed }: Pick<ReturnType<typeof following>, 'flushed'>) {
    for (const [at, seq] of all.entries()) {
      digest.mockResolvedValue(aDigest('words', { seq, stored: all[at - 1] ?? 0 }));
      flushed(aFlush());
      await vi.advanceTimersByTimeAsync(1000);
    }
  }

  test('and its old records are rewritten when a snapshot stands for them, and nobody writes any more', async () => {
    await writtenUpTo([400, 800, 1200], following());
    expect(compact).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(compact.mock.calls).toEqual([[aDocument, 1200]]);
    expect(snapshot).toHaveBeenCalledTimes(3);
  });

  test('of a document that never rests they are rewritten too, later', async () => {
    await writtenUpTo(
      Array.from({ length: 30 }, (_, at) => 300 * (at + 1)),
      following(),
    );
    expect(compact.mock.calls).toEqual([[aDocument, 9000]]);
  });

  test('what was not rewritten when the process ends is left for the next', async () => {
    const one = following();
    await writtenUpTo([600], one);
    await one.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(compact).not.toHaveBeenCalled();
    await writtenUpTo([600, 1200], following());
    await vi.advanceTimersByTimeAsync(10_000);
    expect(compact.mock.calls).toEqual([[aDocument, 1200]]);
  });

  test('a snapshot that fails costs time at the next opening, and nothing else', async () => {
    snapshot.mockRejectedValue(new Error('disk full'));
    digest.mockResolvedValue(aDigest('words', { seq: 1000 }));
    const { flushed, close } = following();
    flushed(aFlush());
    await close();
    expect([project.mock.calls.length, warn.mock.calls.length]).toEqual([1, 1]);
  });
});

test('[RT28] a body is read as text, line by line, whatever nodes it has', () => {
  const cell = (words: string) => ({ type: 'tableCell', content: [paragraph(text(words))] });
  const body = {
    type: 'doc',
    content: [
      { type: 'heading', attrs: { level: 1 }, content: [text('Etch')] },
      paragraph(text('rate '), { ...text('of'), marks: [{ type: 'bold' }] }, { type: 'hardBreak' }, text('silicon')),
      paragraph(),
      { type: 'table', content: [{ type: 'tableRow', content: [cell('a'), cell('b')] }] },
      paragraph(text('with '), { type: 'inlineMath', attrs: { latex: 'E=mc^2' } }),
      { type: 'fromTheFuture', content: [paragraph(text('kept'))] },
      { type: 'image', attrs: null },
    ],
  };
  expect(bodyText(body)).toBe(['Etch', 'rate of silicon', 'a', 'b', 'with E=mc^2', 'kept'].join('\n'));
});
