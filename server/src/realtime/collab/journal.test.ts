import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { settle } from '../../../test/collab/link.ts';
import { MemoryLog } from '../../../test/collab/memory-log.ts';
import { Journal, type JournalEntry, type Outcome } from './journal.ts';
import { maxAppendMs, maxFlushBytes } from './limits.ts';
import type { DocumentRecord } from './log.ts';
import type { CollabDocument } from './peer.ts';

const named = (id: string): CollabDocument => ({ orgId: 'org-1', kind: 'entry', id });

let log: MemoryLog;
let journal: Journal;
/** The documents of each write. */
let writes: string[][];
/** Held from outside: what lets the write that runs go on, or fail. */
let held: PromiseWithResolvers<void> | null;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  log = new MemoryLog();
  writes = [];
  held = null;
  const append = async (records: readonly DocumentRecord[]) => {
    writes.push(records.map(({ document }) => document.id));
    await held?.promise;
    return log.append(records);
  };
  journal = new Journal({ log: { append }, clock: () => new Date() });
});

afterEach(() => void vi.useRealTimers());

class Entry implements JournalEntry {
  readonly document: CollabDocument;
  readonly outcomes: Outcome[] = [];
  waitingBytes = 1;
  seq = 1;
  stopped = false;

  constructor(id: string) {
    this.document = named(id);
  }
  take(at: Date) {
    const parts = [{ personId: 'ada', sessionId: null, update: Uint8Array.of(this.seq) }];
    return this.stopped ? null : { seq: this.seq, at, parts };
  }
  told(outcome: Outcome): void {
    this.outcomes.push(outcome);
  }
  enlist(): this {
    journal.enlist(this);
    return this;
  }
}

describe('[RT7] one write for all documents', () => {
  test('what comes in one turn goes together', async () => {
    const entries = ['a', 'b', 'c'].map((id) => new Entry(id).enlist());
    await settle();
    expect(writes).toEqual([['a', 'b', 'c']]);
    for (const { outcomes } of entries) expect(outcomes).toEqual([{ is: 'written' }]);
  });

  test('what comes while one runs is the next', async () => {
    held = Promise.withResolvers();
    new Entry('a').enlist();
    await settle();
    for (const id of ['b', 'c']) new Entry(id).enlist();
    await settle();
    expect(writes).toEqual([['a']]);
    held.resolve();
    await settle();
    expect(writes).toEqual([['a'], ['b', 'c']]);
  });

  test('the next begins when the pace says so, with all that came until then', async () => {
    const begun: number[] = [];
    const next = Promise.withResolvers<void>();
    const pace = { begin: (documents: number) => void begun.push(documents), next: async () => next.promise };
    const append = async (records: readonly DocumentRecord[]) => log.append(records);
    journal = new Journal({ log: { append }, clock: () => new Date(), pace });
    for (const id of ['a', 'b']) new Entry(id).enlist();
    await settle();
    const later = [new Entry('c').enlist(), new Entry('d').enlist(), new Entry('e').enlist()];
    await settle();
    expect([begun, later[0]?.outcomes]).toEqual([[2], []]);
    next.resolve();
    await settle();
    expect([begun, later[0]?.outcomes]).toEqual([[2, 3], [{ is: 'written' }]]);
  });

  test('what is too much for one write goes with the next', async () => {
    for (const id of ['a', 'b', 'c']) Object.assign(new Entry(id), { waitingBytes: maxFlushBytes / 2 }).enlist();
    await settle();
    expect(writes).toEqual([['a', 'b'], ['c']]);
    Object.assign(new Entry('large'), { waitingBytes: maxFlushBytes * 2 }).enlist();
    await settle();
    expect(writes.at(-1)).toEqual(['large']);
  });

  test('whose turn came too late is left out', async () => {
    const [stopped, other] = [new Entry('a').enlist(), new Entry('b').enlist()];
    stopped.stopped = true;
    await settle();
    expect([writes, stopped.outcomes, other.outcomes]).toEqual([[['b']], [], [{ is: 'written' }]]);
  });

  test('each hears what became of its own', async () => {
    const [first, second] = [new Entry('a').enlist(), new Entry('b').enlist()];
    await settle();
    first.enlist();
    second.seq = 2;
    second.enlist();
    await settle();
    expect([first, second].map(({ outcomes }) => outcomes.at(-1))).toEqual([{ is: 'stale' }, { is: 'written' }]);
  });
});

test('[RT8] a write that fails is lost for those in it, and for nobody else', async () => {
  held = Promise.withResolvers();
  const unlucky = ['a', 'b'].map((id) => new Entry(id).enlist());
  await settle();
  const lucky = new Entry('c').enlist();
  const cause = new Error('disk full');
  held.reject(cause);
  held = null;
  await settle();
  for (const { outcomes } of unlucky) expect(outcomes).toEqual([{ is: 'lost', cause }]);
  expect(lucky.outcomes).toEqual([{ is: 'written' }]);
});

test('[RT8] a write that the store never answers is lost after a while, and the next goes on', async () => {
  held = Promise.withResolvers();
  const unlucky = new Entry('a').enlist();
  await settle();
  held = null;
  const lucky = new Entry('b').enlist();
  vi.advanceTimersByTime(maxAppendMs - 1);
  await settle();
  expect([unlucky.outcomes, lucky.outcomes]).toEqual([[], []]);
  vi.advanceTimersByTime(1);
  await settle();
  expect(unlucky.outcomes).toEqual([{ is: 'lost', cause: new Error('The log did not answer.') }]);
  expect([lucky.outcomes, vi.getTimerCount()]).toEqual([[{ is: 'written' }], 0]);
});
