import { closeCode } from '@cobench/shared/realtime/collab';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { alone } from '../../../test/collab/alone.ts';
import { Editor } from '../../../test/collab/editor.ts';
import { inlineThread } from '../../../test/collab/inline-thread.ts';
import { aPerson, settle } from '../../../test/collab/link.ts';
import { MemoryLog } from '../../../test/collab/memory-log.ts';
import { aDocument } from '../../../test/collab/room-house.ts';
import { Connection, type Wire } from './connection.ts';
import { Journal } from './journal.ts';
import type { Access } from './lease.ts';
import { leaseMs, maxQueuedBytes, maxUnsentBytes, slowBytes, slowMs } from './limits.ts';
import { unmetered } from './meters.ts';
import { Rooms } from './rooms.ts';

/** A socket in memory: frames cross it at once, and it can be slow. */
class TestWire implements Wire {
  readonly editor = new Editor();
  closed: number | null = null;
  paused = false;
  unsent = 0;
  connection: Connection | null = null;

  send(message: Uint8Array): void {
    this.editor.receive(message);
  }
  close(code: number): void {
    this.closed = code;
  }
  unsentBytes(): number {
    return this.unsent;
  }
  pause(): void {
    this.paused = true;
  }
  resume(): void {
    this.paused = false;
  }
}

const access = vi.fn<() => Promise<Access>>();
const warn = vi.fn<(cause: unknown) => void>();
let now: number;
/** How long before an answer is given it was asked for, by somebody else. */
let answersAreOld: number;
let log: MemoryLog;
let rooms: Rooms;

beforeEach(() => {
  now = Date.UTC(2026, 10, 21);
  answersAreOld = 0;
  log = new MemoryLog();
  const clock = () => new Date(now);
  const journal = new Journal({ log, clock });
  rooms = new Rooms({ ...alone, log, journal, thread: inlineThread(), clock, flushed: () => undefined, warn });
  access.mockReset().mockResolvedValue('write');
});

async function connected(): Promise<TestWire & { connection: Connection }> {
  const wire = new TestWire();
  const parts = { id: 'socket', person: aPerson(), document: aDocument, wire, rooms, meters: unmetered, warn };
  const ask = async () => {
    const asOf = now - answersAreOld;
    return { access: await access(), asOf };
  };
  const connection = new Connection({ ...parts, access: ask, clock: () => new Date(now) });
  wire.editor.open((frame) => connection.receive(frame));
  await settle();
  return Object.assign(wire, { connection });
}

const logged = () => log.content(aDocument).getText('t').toJSON();

test('[RT2] what comes before the document is there waits for it', async () => {
  const held = Promise.withResolvers<void>();
  log.gate = async (step) => (step === 'load' ? held.promise : undefined);
  const wire = await connected();
  expect(wire.editor.heard).toEqual([]);
  held.resolve();
  await settle();
  expect(wire.editor.heard.map(({ type }) => type)).toEqual(['step1', 'step2']);
});

test('[RT1] a document that cannot be loaded ends the connection with "come back"', async () => {
  log.gate = () => Promise.reject(new Error('store away'));
  const wire = await connected();
  expect([wire.closed, wire.editor.heard]).toEqual([closeCode.loadFailed, []]);
});

describe('[RT11] rights', () => {
  test.each([
    ['signedOut', closeCode.signedOut],
    ['notAllowed', closeCode.notAllowed],
    ['missing', closeCode.missing],
  ] as const)('%s at the door: closed before anything is loaded', async (answer, code) => {
    access.mockResolvedValue(answer);
    const wire = await connected();
    expect([wire.closed, wire.editor.heard, rooms.open]).toEqual([code, [], 0]);
  });

  test('the next answer is asked for before the last one is too old', async () => {
    const wire = await connected();
    expect(access).toHaveBeenCalledTimes(1);
    now += 900;
    wire.editor.insert(0, 'a');
    expect(access).toHaveBeenCalledTimes(1);
    now += 200;
    wire.editor.insert(0, 'b');
    await settle();
    expect(access).toHaveBeenCalledTimes(2);
    expect(logged()).toBe('ba');
  });

  test('an answer that was there before is as old as it is', async () => {
    answersAreOld = 600;
    const wire = await connected();
    now += 500;
    wire.editor.insert(0, 'a');
    expect(access).toHaveBeenCalledTimes(2);
  });

  test('a message that comes when the answer is too old waits for a new one, which decides', async () => {
    const wire = await connected();
    const asked = Promise.withResolvers<Access>();
    access.mockReturnValue(asked.promise);
    now += leaseMs;
    wire.editor.insert(0, 'a');
    await settle();
    expect(logged()).toBe('');
    asked.resolve('read');
    await settle();
    expect([logged(), wire.closed]).toEqual(['', closeCode.notAllowed]);
  });

  test('who only reads is asked about too, when something is sent to them', async () => {
    const [writer, reader] = [await connected(), await connected()];
    now += 2500;
    access.mockResolvedValueOnce('write').mockResolvedValue('signedOut');
    writer.editor.insert(0, 'a');
    await settle();
    expect([writer.closed, reader.closed]).toEqual([null, closeCode.signedOut]);
  });

  test.each([
    ['signedOut', closeCode.signedOut],
    ['notAllowed', closeCode.notAllowed],
    ['missing', closeCode.missing],
  ] as const)('a recheck that finds %s closes at once', async (answer, code) => {
    const wire = await connected();
    access.mockResolvedValue(answer);
    await wire.connection.recheck();
    expect(wire.closed).toBe(code);
    expect(rooms.open).toBe(0);
  });

  test('a recheck that finds a lower role stops what is written from then on', async () => {
    const wire = await connected();
    access.mockResolvedValue('read');
    await wire.connection.recheck();
    expect(wire.closed).toBeNull();
    wire.editor.insert(0, 'a');
    await settle();
    expect([logged(), wire.closed]).toEqual(['', closeCode.notAllowed]);
  });

  test('an answer from before the change does not count, however late it comes', async () => {
    const wire = await connected();
    const old = Promise.withResolvers<Access>();
    access.mockReturnValueOnce(old.promise).mockResolvedValue('read');
    now += leaseMs;
    wire.editor.insert(0, 'a');
    await wire.connection.recheck();
    old.resolve('write');
    await settle();
    expect([logged(), wire.closed]).toEqual(['', closeCode.notAllowed]);
  });

  test('where nobody can tell the rights, the connection ends with "come back"', async () => {
    const wire = await connected();
    access.mockRejectedValue(new Error('store away'));
    now += leaseMs;
    wire.editor.insert(0, 'a');
    await settle();
    expect([logged(), wire.closed]).toEqual(['', closeCode.loadFailed]);
  });
});

describe('[RT21] who reads slowly', () => {
  const text = (wire: TestWire) => wire.editor.text;

  test('gets no more changes one by one, and all of them as one when what was sent has left', async () => {
    const [writer, slow] = [await connected(), await connected()];
    slow.unsent = slowBytes + 1;
    for (const letter of ['a', 'b', 'c']) {
      writer.editor.insert(0, letter);
      await settle();
    }
    expect([text(slow), writer.editor.saved]).toEqual(['', 3]);
    slow.editor.heard = [];
    slow.unsent = 0;
    slow.connection.drained();
    await settle();
    expect([text(slow), slow.editor.heard.map(({ type }) => type)]).toEqual(['cba', ['update']]);
    writer.editor.insert(0, 'd');
    await settle();
    expect(text(slow)).toBe('dcba');
  });

  test('misses nothing that comes while it catches up', async () => {
    const [writer, slow] = [await connected(), await connected()];
    slow.unsent = slowBytes + 1;
    writer.editor.insert(0, 'a');
    await settle();
    slow.unsent = 0;
    const held = Promise.withResolvers<void>();
    log.gate = async (step) => (step === 'records' ? held.promise : undefined);
    slow.connection.drained();
    writer.editor.insert(0, 'b');
    await settle();
    expect(text(slow)).toBe('');
    held.resolve();
    await settle();
    expect(text(slow)).toBe('ba');
  });

  test('for half a minute is told to come back, and the others go on', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const [writer, slow] = [await connected(), await connected()];
    slow.unsent = slowBytes + 1;
    writer.editor.insert(0, 'a');
    await settle();
    vi.advanceTimersByTime(slowMs - 1);
    expect(slow.closed).toBeNull();
    vi.advanceTimersByTime(1);
    expect([writer.closed, slow.closed, writer.editor.saved]).toEqual([null, closeCode.tooSlow, 1]);
  });

  test('and has 8 MiB waiting is told to come back at once', async () => {
    const [writer, slow] = [await connected(), await connected()];
    slow.unsent = maxUnsentBytes + 1;
    writer.editor.point({ cursor: 1 });
    await settle();
    expect([writer.closed, slow.closed]).toEqual([null, closeCode.tooSlow]);
  });
});

test('[RT22] a socket is read no further while too much of it waits, and nothing of it is lost', async () => {
  const wire = await connected();
  const held = Promise.withResolvers<void>();
  log.gate = async (step) => (step === 'append' ? held.promise : undefined);
  const block = 'x'.repeat(maxQueuedBytes - 1000);
  for (let at = 0; at < 7; at++) wire.editor.insert(0, block);
  await settle();
  expect(wire.paused).toBe(true);
  held.resolve();
  await settle();
  expect(wire.paused).toBe(false);
  expect(logged()).toHaveLength(7 * block.length);
  expect(wire.editor.saved).toBe(7);
});

test('[RT24] a socket that is gone before it was let in leaves nothing behind', async () => {
  const asked = Promise.withResolvers<Access>();
  access.mockReturnValue(asked.promise);
  const wire = await connected();
  wire.connection.gone();
  asked.resolve('write');
  await settle();
  expect(rooms.open).toBe(0);
});
