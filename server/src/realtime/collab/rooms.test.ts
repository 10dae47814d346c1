import { closeCode } from '@cobench/shared/realtime/collab';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { alone } from '../../../test/collab/alone.ts';
import { inlineThread } from '../../../test/collab/inline-thread.ts';
import { Link, settle } from '../../../test/collab/link.ts';
import { MemoryLog, type LogStep } from '../../../test/collab/memory-log.ts';
import { aDocument } from '../../../test/collab/room-house.ts';
import { Journal } from './journal.ts';
import type { Room } from './room.ts';
import { Rooms } from './rooms.ts';

const warn = vi.fn<(cause: unknown, what: string) => void>();
let log: MemoryLog;
let rooms: Rooms;
let steps: LogStep[];

beforeEach(() => {
  vi.clearAllMocks();
  log = new MemoryLog();
  steps = [];
  log.gate = async (step) => void steps.push(step);
  const clock = () => new Date();
  rooms = new Rooms({
    ...alone,
    log,
    journal: new Journal({ log, clock }),
    thread: inlineThread(),
    clock,
    flushed: () => undefined,
    warn,
  });
});

/** Makes one step of the log wait; returns what lets it go on, or fail. */
function hold(step: LogStep): PromiseWithResolvers<void> {
  const held = Promise.withResolvers<void>();
  log.gate = async (at) => {
    steps.push(at);
    if (at === step) await held.promise;
  };
  return held;
}

function failAt(step: LogStep): void {
  log.gate = async (at) => {
    if (at === step) throw new Error('disk full');
  };
}

async function entering(link: Link): Promise<Room> {
  const room = await rooms.join(aDocument, link);
  link.entered(room);
  return room;
}

test('[RT1] a document that cannot be loaded is shown to nobody, and is loaded again for the next who come', async () => {
  const held = hold('load');
  const [ada, ben] = [new Link(), new Link()];
  const coming = Promise.allSettled([entering(ada), entering(ben)]);
  held.reject(new Error('store away'));
  expect((await coming).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect([ada.toEditor, ben.toEditor, rooms.open]).toEqual([[], [], 0]);
  log.gate = async () => undefined;
  await entering(ada);
  await settle(ada);
  expect(ada.editor.heard.map(({ type }) => type)).toEqual(['step1', 'step2']);
});

test('[RT1] a damaged record makes the document fail to load, rather than show what is left of it', async () => {
  const part = { personId: 'p', sessionId: null, update: Uint8Array.of(1, 2, 3) };
  await log.append([{ document: aDocument, record: { seq: 1, parts: [part], at: new Date() } }]);
  await expect(entering(new Link())).rejects.toThrow('ends too early');
});

test('[RT2] who comes while a document is loaded waits, and it is loaded once', async () => {
  const held = hold('load');
  const links = Array.from({ length: 5 }, () => new Link());
  const coming = Promise.all(links.map(entering));
  expect(rooms.open).toBe(1);
  held.resolve();
  expect(new Set(await coming).size).toBe(1);
  expect(steps).toEqual(['load']);
});

describe('[RT24] leaving memory', () => {
  test('when the last one left and everything is stored, the room is forgotten', async () => {
    const [ada, ben] = [new Link(), new Link()];
    await Promise.all([entering(ada), entering(ben)]);
    ada.editor.insert(0, 'x');
    await settle(ada, ben);
    ada.leave();
    await settle();
    expect(rooms.open).toBe(1);
    ben.leave();
    await settle();
    expect(rooms.open).toBe(0);
  });

  test('who comes after the last one left gets a new room: never two of one document', async () => {
    const ada = new Link();
    const old = await entering(ada);
    ada.editor.insert(0, 'x');
    await settle(ada);
    ada.leave();
    const ben = new Link();
    expect(await entering(ben)).not.toBe(old);
    await settle(ben);
    expect([ben.editor.text, rooms.open]).toEqual(['x', 1]);
  });

  test('who left before the document was there leaves nothing behind', async () => {
    const held = hold('load');
    const ada = new Link();
    const coming = entering(ada);
    held.resolve();
    await coming;
    ada.leave();
    await settle();
    expect(rooms.open).toBe(0);
  });
});

test('[RT8] after a failed write the next who come get what the log has', async () => {
  const [ada, ben] = [new Link(), new Link()];
  await Promise.all([entering(ada), entering(ben)]);
  ada.editor.insert(0, 'stored');
  await settle(ada, ben);
  failAt('append');
  ada.editor.insert(6, ' lost');
  await settle(ada, ben);
  expect([ada.closed?.code, ben.closed?.code]).toEqual([closeCode.storeFailed, closeCode.storeFailed]);
  expect(rooms.open).toBe(0);
  log.gate = async () => undefined;
  const late = new Link();
  await entering(late);
  await settle(late);
  expect(late.editor.text).toBe('stored');
});

test('[RT29] a document is read from its room, or from the log where nobody has it open', async () => {
  const ada = new Link();
  await entering(ada);
  ada.editor.insert(0, 'x');
  await settle(ada);
  const open = await rooms.content(aDocument).answer(null);
  ada.leave();
  await settle();
  expect(rooms.open).toBe(0);
  expect(await rooms.content(aDocument).answer(null)).toEqual(open);
});

describe('[RT29] what the server writes for a person', () => {
  const made = (text: string): Uint8Array => {
    const doc = new Y.Doc();
    doc.getText('t').insert(0, text);
    return Y.encodeStateAsUpdate(doc);
  };
  const by = { id: 'ada', name: 'Ada', sessionId: null };

  test('is told to whoever has the document open, when it is durable', async () => {
    const ben = new Link();
    await entering(ben);
    await settle(ben);
    await rooms.write(aDocument, made('renamed'), by);
    await settle(ben);
    expect(ben.editor.text).toBe('renamed');
    expect(log.of(aDocument)[0]?.parts).toMatchObject([{ personId: 'ada', sessionId: null }]);
  });

  test('needs nobody to have it open, and leaves no room behind', async () => {
    await rooms.write(aDocument, made('renamed'), by);
    expect([log.content(aDocument).getText('t').toJSON(), rooms.open]).toEqual(['renamed', 0]);
    await rooms.write(aDocument, made(''), by);
    expect(rooms.open).toBe(0);
  });

  test('is refused like anybody’s, and fails where it cannot be stored', async () => {
    await expect(rooms.write(aDocument, Uint8Array.of(1, 2), by)).rejects.toThrow('refused');
    failAt('append');
    await expect(rooms.write(aDocument, made('x'), by)).rejects.toThrow('disk full');
    expect(rooms.open).toBe(0);
  });
});
