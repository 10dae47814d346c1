import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, expect, test, vi } from 'vitest';
import { Ether, type Radio } from '../../../test/collab/ether.ts';
import { aDocument } from '../../../test/collab/room-house.ts';
import { beatMs, ProcessFanOut, type Hearing } from './fan-out.ts';
import type { CollabDocument } from './peer.ts';

let ether: Ether;
let now: number;
beforeEach(() => {
  ether = new Ether();
  now = Date.UTC(2026, 10, 21);
});

type Process = { fanOut: ProcessFanOut; radio: Radio; told: string[]; missed: () => void };

function aProcess(self: string): Process {
  const radio = ether.join();
  const told: string[] = [];
  const fanOut = new ProcessFanOut({ channels: radio, self, clock: () => new Date(now) });
  const missed = vi.fn<() => void>();
  fanOut.onTold({ told: (message) => void told.push(Buffer.from(message).toString()), missed });
  return { fanOut, radio, told, missed };
}

function anEar(process: Process, document: CollabDocument = aDocument) {
  const heard: string[] = [];
  const hearing = {
    heard: vi.fn<Hearing['heard']>((from, message) => void heard.push(`${from}: ${Buffer.from(message).toString()}`)),
    missed: vi.fn<Hearing['missed']>(),
    lost: vi.fn<Hearing['lost']>(),
  };
  const leave = process.fanOut.subscribe(document, hearing);
  return { ...hearing, said: heard, leave };
}

async function settle(): Promise<void> {
  do await nextTurn();
  while (ether.settle());
}

/** So many beats pass, and all that is said arrives. */
async function beats(count: number, ...processes: Process[]): Promise<void> {
  for (let beat = 0; beat < count; beat++) {
    now += beatMs;
    for (const { fanOut } of processes) fanOut.beat();
    await settle();
  }
}

const bytes = (text: string): Uint8Array => Buffer.from(text);

test('a process tells the others of a document, and all others of anything; not itself, and not who has left', async () => {
  const [one, two, three] = [aProcess('one'), aProcess('two'), aProcess('three')];
  const ears = [one, two, three].map((process) => anEar(process));
  const elsewhere = anEar(two, { ...aDocument, id: 'entry-2' });
  ears[2]!.leave();
  one.fanOut.publish(aDocument, bytes('hello'));
  one.fanOut.tell(bytes('listen'));
  await settle();
  expect(ears.map(({ said }) => said)).toEqual([[], ['one: hello'], []]);
  expect(elsewhere.said).toEqual([]);
  expect([one.told, two.told, three.told]).toEqual([[], ['listen'], ['listen']]);
});

test('[RT74] who begins to listen may have missed something', async () => {
  const ear = anEar(aProcess('one'));
  expect(ear.missed).not.toHaveBeenCalled();
  await settle();
  expect(ear.missed).toHaveBeenCalled();
});

test('[RT75] it is up while it hears itself; while it is not, every room looks into the log at every beat, and once when it is', async () => {
  const one = aProcess('one');
  expect(one.fanOut.state).toBe('down');
  await settle();
  expect(one.fanOut.state).toBe('up');
  const ear = anEar(one);
  await beats(3, one);
  ether.down = true;
  await beats(5, one);
  expect(one.fanOut.state).toBe('down');
  ear.missed.mockClear();
  await beats(4, one);
  expect(ear.missed).toHaveBeenCalledTimes(4);
  ether.down = false;
  ear.missed.mockClear();
  one.fanOut.beat();
  await settle();
  expect(one.fanOut.state).toBe('up');
  expect(ear.missed).toHaveBeenCalledTimes(2);
});

test('[RT75] a loss that is noticed counts at once', async () => {
  const one = aProcess('one');
  await settle();
  expect(one.fanOut.state).toBe('up');
  one.radio.goDeaf();
  expect(one.fanOut.state).toBe('down');
  expect(one.missed).toHaveBeenCalledTimes(1);
  ether.comeBack();
  await settle();
  expect(one.fanOut.state).toBe('up');
  expect(one.missed).toHaveBeenCalledTimes(2);
});

test('[RT75] a process that falls silent is lost, and for some minutes every room looks into the log at every beat', async () => {
  const [one, two] = [aProcess('one'), aProcess('two')];
  const ear = anEar(one);
  await beats(3, one, two);
  ether.leave(two.radio);
  await beats(3, one);
  expect(ear.lost).not.toHaveBeenCalled();
  await beats(2, one);
  expect(ear.lost.mock.calls).toEqual([['two']]);
  ear.missed.mockClear();
  await beats(10, one);
  expect(ear.missed).toHaveBeenCalledTimes(10);
  await beats(100, one);
  ear.missed.mockClear();
  await beats(10, one);
  expect(ear.missed).toHaveBeenCalledTimes(10);
  expect(ear.lost).toHaveBeenCalledTimes(1);
});

test('[RT75] when all is well, each room looks into the log about once a minute, and not all at once', async () => {
  const one = aProcess('one');
  await settle();
  const ears = Array.from({ length: 40 }, (_, at) => anEar(one, { ...aDocument, id: `entry-${at}` }));
  await settle();
  for (const { missed } of ears) missed.mockClear();
  const looks = (): number[] => ears.map(({ missed }) => missed.mock.calls.length);
  await beats(1, one);
  expect(looks().reduce((sum, count) => sum + count)).toBe(2);
  await beats(19, one);
  expect(new Set(looks())).toEqual(new Set([1]));
});

test('who has left hears nothing any more, though others came at the same time', async () => {
  const one = aProcess('one');
  const former = anEar(one);
  former.leave();
  const ear = anEar(one);
  await settle();
  former.missed.mockClear();
  ether.comeBack();
  await settle();
  expect(former.missed).not.toHaveBeenCalled();
  expect(ear.missed).toHaveBeenCalled();
  await one.fanOut.close();
  ear.missed.mockClear();
  ether.comeBack();
  expect(ear.missed).not.toHaveBeenCalled();
});
