import { beforeEach, expect, test, vi } from 'vitest';
import { aDocument } from '../../../test/collab/room-house.ts';
import type { FanOut, Hearing } from './fan-out.ts';
import { maxTravellingBytes } from './limits.ts';
import type { LogRecord } from './log.ts';
import { decodeSiblingMessage, encodeSiblingMessage, type SiblingMessage } from './sibling-messages.ts';
import { Siblings } from './siblings.ts';

let now: number;
let said: (SiblingMessage | null)[];
let hearing: Hearing;
let fanOut: FanOut & { state: 'up' | 'down' };
/** Which processes had answered, each time that the others were forgotten. */
let answered: string[][];
const warn = vi.fn<(cause: unknown, what: string) => void>();
const room = {
  seq: 3,
  heard: vi.fn<(record: LogRecord) => void>(),
  catchUp: vi.fn<() => Promise<void>>(),
  meet: vi.fn<(process: string) => void>(),
  lose: vi.fn<(process: string) => void>(),
  loseAllBut: (processes: ReadonlySet<string>): void => void answered.push([...processes]),
  present: () => [{ client: 7, clock: 1, personId: 'ada', state: '{}' }],
};

beforeEach(() => {
  vi.clearAllMocks();
  room.catchUp.mockResolvedValue(undefined);
  now = Date.UTC(2026, 10, 21);
  [said, answered] = [[], []];
  fanOut = {
    state: 'up',
    publish: (_, message) => void said.push(decodeSiblingMessage(message)),
    subscribe(_, given) {
      hearing = given;
      return () => undefined;
    },
    tell: () => undefined,
    onTold: () => undefined,
    close: async () => undefined,
  };
});

const siblings = () => new Siblings(aDocument, { fanOut, clock: () => new Date(now), warn });
const aRecord = (seq: number, bytes = 3): LogRecord => ({
  seq,
  at: new Date(now),
  parts: [
    { personId: 'ada', sessionId: 'tab 1', update: new Uint8Array(bytes) },
    { personId: 'ben', sessionId: null, update: Uint8Array.of(1) },
  ],
});
const hear = (message: SiblingMessage, from = 'there'): void => hearing.heard(from, encodeSiblingMessage(message));

test('[RT74] a record travels whole, a large one only by its number', () => {
  siblings().wrote(aRecord(4));
  siblings().wrote(aRecord(5, maxTravellingBytes));
  expect(said).toEqual([
    { is: 'record', record: aRecord(4) },
    { is: 'more', seq: 5 },
  ]);
});

test('[RT74] the room hears of records and people, and looks into the log for what it has not', () => {
  siblings().introduce(room);
  hear({ is: 'record', record: aRecord(4) });
  expect(room.heard).toHaveBeenCalledWith(aRecord(4));
  hear({ is: 'more', seq: 3 });
  expect(room.catchUp).not.toHaveBeenCalled();
  hear({ is: 'more', seq: 4 });
  expect(room.catchUp).toHaveBeenCalledTimes(1);
  hear({ is: 'present', people: room.present(), all: true });
  expect(room.meet).toHaveBeenCalledWith('there', expect.objectContaining({ people: room.present(), all: true }));
  hear({ is: 'who' });
  expect(said).toEqual([{ is: 'present', people: room.present(), all: true }]);
});

test('[RT74] what was said while the document was loaded is looked up when it is', () => {
  const known = siblings();
  hear({ is: 'record', record: aRecord(4) });
  known.introduce(room);
  expect(room.catchUp).toHaveBeenCalledTimes(1);
  known.leave();
  hear({ is: 'record', record: aRecord(5) });
  hearing.lost('there');
  expect(room.heard).not.toHaveBeenCalled();
  expect(room.lose).not.toHaveBeenCalled();
});

test('[RT75] who may have missed something looks, tells how far it is, asks who is there and says who is here', () => {
  siblings().introduce(room);
  hearing.missed();
  expect(room.catchUp).toHaveBeenCalledTimes(1);
  expect(said.map((one) => one?.is)).toEqual(['more', 'who', 'present']);
});

test('[RT75] a log that cannot be read is no end of the room: it is tried again', async () => {
  siblings().introduce(room);
  room.catchUp.mockRejectedValueOnce(new Error('the store is away'));
  hearing.missed();
  await vi.waitUntil(() => warn.mock.calls.length === 1);
  hearing.missed();
  expect(room.catchUp).toHaveBeenCalledTimes(2);
});

test('[RT76] processes that do not answer have nobody here, once they had the time to', () => {
  siblings().introduce(room);
  hearing.missed();
  hear({ is: 'present', people: [], all: true }, 'there');
  hearing.missed();
  expect(answered).toEqual([]);
  now += 60_000;
  hearing.missed();
  expect(answered).toEqual([['there']]);
  fanOut.state = 'down';
  now += 60_000;
  hearing.missed();
  expect(answered).toHaveLength(1);
});

test('what only a later version says is left alone', () => {
  siblings().introduce(room);
  hearing.heard('there', Uint8Array.of(99, 1, 2));
  for (const untouched of [room.heard, room.catchUp, room.meet]) expect(untouched).not.toHaveBeenCalled();
  expect(() => hearing.heard('there', Uint8Array.of(0))).toThrow('array');
});
