import { closeCode } from '@cobench/shared/realtime/collab';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Link, settle } from '../../../test/collab/link.ts';
import { MemoryLog, type LogStep } from '../../../test/collab/memory-log.ts';
import { aDocument } from '../../../test/collab/room-house.ts';
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
  rooms = new Rooms({ log, clock: () => new Date(), flushed: () => undefined, warn });
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
  await expect(entering(new Link())).rejects.toThrow('Unexpected end of array');
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

  test('who comes while the room is leaving gets a new one: never two of one document', async () => {
    const ada = new Link();
    const old = await entering(ada);
    for (let at = 0; at < 70; at++) {
      ada.editor.insert(0, 'x');
      await settle(ada);
    }
    const held = hold('snapshot');
    ada.leave();
    const ben = new Link();
    const coming = entering(ben);
    await settle();
    expect([steps.at(-1), rooms.open, ben.toEditor]).toEqual(['snapshot', 1, []]);
    held.resolve();
    expect(await coming).not.toBe(old);
    await settle(ben);
    expect([ben.editor.text, rooms.open]).toEqual(['x'.repeat(70), 1]);
  });

  test('a snapshot that fails costs time at the next opening, and nothing else', async () => {
    const ada = new Link();
    await entering(ada);
    for (let at = 0; at < 70; at++) {
      ada.editor.insert(0, 'x');
      await settle(ada);
    }
    failAt('snapshot');
    ada.leave();
    await settle();
    expect([rooms.open, warn.mock.calls.length]).toEqual([0, 1]);
    const ben = new Link();
    await entering(ben);
    await settle(ben);
    expect(ben.editor.text).toBe('x'.repeat(70));
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
  const open = await rooms.read(aDocument);
  ada.leave();
  await settle();
  expect(rooms.open).toBe(0);
  expect(await rooms.read(aDocument)).toEqual(open);
});
