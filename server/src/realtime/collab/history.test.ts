import { wordsIn } from '@cobench/shared/editor/plain-node';
import { bodyField } from '@cobench/shared/realtime/collab';
import { afterAll, expect, test } from 'vitest';
import * as Y from 'yjs';
import { MemoryLog } from '../../../test/collab/memory-log.ts';
import { workerThread } from '../../platform/worker-thread.ts';
import { documentHistory } from './history.ts';
import type { CollabDocument, Person } from './peer.ts';
import { pastTasks, type PastTasks } from './worker/past-tasks.ts';

const thread = workerThread<PastTasks>(new URL('./worker/past.worker.ts', import.meta.url));
afterAll(() => thread.close());

let documents = 0;
const ada: Person = { id: 'ada', name: 'Ada', sessionId: 'tab', orgId: 'org-1' };
const actor = {
  personId: 'ada',
  name: 'Ada',
  orgId: 'org-1',
  hidden: new Set<string>(),
  role: 'engineer',
  via: { kind: 'session', sessionId: 'tab' },
} as const;

/** A document that Ada writes letter by letter, in a log in memory; others may write between a restore and its storing. */
async function aDocument(letters = 3) {
  const document: CollabDocument = { orgId: 'org-1', kind: 'entry', id: `entry-${++documents}` };
  const log = new MemoryLog();
  const doc = new Y.Doc();
  let waiting: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => waiting.push(update));
  const keep = async (person: Person, updates: readonly Uint8Array[]): Promise<void> => {
    const parts = updates.map((update) => ({ personId: person.id, sessionId: person.sessionId, update }));
    const seq = (await log.lastSeq(document)) + 1;
    await log.append([{ document, record: { seq, at: new Date(seq * 1000), parts } }]);
  };
  const write = async (change: (line: Y.XmlText) => void, by = ada): Promise<void> => {
    doc.transact(() => change((doc.getXmlFragment(bodyField).get(0) as Y.XmlElement).get(0) as Y.XmlText));
    await keep(by, waiting);
    waiting = [];
  };
  doc.transact(() => {
    const paragraph = new Y.XmlElement('paragraph');
    paragraph.insert(0, [new Y.XmlText()]);
    doc.getXmlFragment(bodyField).insert(0, [paragraph]);
  });
  for (let letter = 0; letter < letters; letter++) await write((line) => line.insert(line.length, 'x'));
  const meanwhile: (() => Promise<void>)[] = [];
  const history = documentHistory({
    log,
    thread,
    writerOf: () => ada,
    async write(_document, by, update) {
      for (const other of meanwhile) await other();
      Y.applyUpdate(doc, update, 'server');
      waiting = [];
      await keep(by, [update]);
    },
  });
  const text = async (seq?: number): Promise<string | null> => {
    const state = await history.state(document, seq);
    return state && wordsIn(state.document).trim();
  };
  return { document, log, history, write, text, meanwhile };
}

test('[RT30] a history longer than a page of the log is read whole, by several who ask at once', async () => {
  const { text } = await aDocument(1203);
  const asked = await Promise.all([text(), text(1000), text(1203), text(1204), text(0)]);
  expect(asked.map((one) => one?.length ?? null)).toEqual([1203, 1000, 1203, null, 0]);
});

test('[RT30] what was written since the last question is in the next answer', async () => {
  const { text, write } = await aDocument();
  expect(await text()).toBe('xxx');
  await write((line) => line.delete(0, 2));
  expect([await text(), await text(3)]).toEqual(['x', 'xxx']);
});

test('[RT30] a damaged record fails the question and is no shorter history; other documents are read as before', async () => {
  const { document, log, text } = await aDocument();
  expect(await text()).toBe('xxx');
  const parts = [{ personId: 'ada', sessionId: 'tab', update: Uint8Array.of(1, 1, 1) }];
  await log.append([{ document, record: { seq: 4, at: new Date(), parts } }]);
  await expect(text()).rejects.toThrow('Unexpected end of array');
  await expect(text(2)).rejects.toThrow('Unexpected end of array');
  expect(await (await aDocument()).text()).toBe('xxx');
});

test('[RT33] a restore says which state it led to, also when others write at the same moment', async () => {
  const { document, history, write, text, meanwhile } = await aDocument();
  await write((line) => line.insert(3, ' more'));
  meanwhile.push(() => write((line) => line.insert(0, 'Max: '), { ...ada, id: 'max', sessionId: 'other' }));
  expect(await history.restore(document, { seq: 3 }, actor)).toEqual({ seq: 6, changed: true });
  expect(await text()).toBe('Max: xxx');
  const stints = await history.stints(document);
  expect(stints.map(({ personId, how, restored }) => [personId, how, restored])).toEqual([
    ['ada', 'typed', null],
    ['max', 'typed', null],
    ['ada', 'restored', 3],
  ]);
  expect(await history.restore(document, { seq: 6 }, actor)).toEqual({ seq: 6, changed: false });
  expect(await history.restore(document, { seq: 7 }, actor)).toBeNull();
});

test('documents that nobody asks about are forgotten, the oldest first, and never one that is being asked about', () => {
  const tasks = pastTasks(1000);
  const record = { seq: 1, at: new Date(0), parts: [{ personId: 'a', sessionId: null, update: Uint8Array.of(0, 0) }] };
  const parts = [0, 1].map(() => record.parts[0]!);
  const ask = (key: string): number => {
    const known = tasks.open({ key });
    tasks.extend({ key, records: [{ ...record, parts }] });
    return known;
  };
  ask('one');
  ask('two');
  tasks.close({ key: 'two' });
  expect(ask('two')).toBe(0);
  tasks.close({ key: 'two' });
  expect(tasks.open({ key: 'one' })).toBe(1);
  tasks.close({ key: 'one' });
  tasks.close({ key: 'one' });
  expect(ask('three')).toBe(0);
  tasks.close({ key: 'three' });
  expect([tasks.open({ key: 'three' }), tasks.open({ key: 'one' })]).toEqual([1, 0]);
});
