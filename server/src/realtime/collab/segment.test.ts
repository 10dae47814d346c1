import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { dice } from '../../../test/collab/dice.ts';
import type { LogRecord } from './log.ts';
import { packSegment, unpackSegment } from './segment.ts';

/** Records as some people leave them: of one or many updates, with odd bytes and times that jump. */
function someRecords(seed: number, count: number): LogRecord[] {
  const { roll, pick } = dice(seed);
  return Array.from({ length: count }, (_, at) => ({
    seq: 41 + at,
    at: new Date(1_795_000_000_000 + at * 900 - roll(1500)),
    parts: Array.from({ length: roll(4) }, () => ({
      personId: pick(['ada', 'ben', 'ümit']),
      sessionId: pick(['tab-1', 'tab 2', null]),
      update: Uint8Array.from({ length: roll(300) }, () => roll(256)),
    })),
  }));
}

test.each(Array.from({ length: 20 }, (_, seed) => seed + 1))(
  '[RT40] a segment gives back every record byte for byte: number, time, person, session and updates (seed %i)',
  async (seed) => {
    const records = someRecords(seed, 1 + seed * 7);
    expect(await unpackSegment(await packSegment(records))).toEqual(records);
  },
);

test('[RT40] a keystroke takes less than twelve bytes, with who typed it and when', async () => {
  const doc = new Y.Doc();
  const records: LogRecord[] = [];
  doc.on('update', (update: Uint8Array) => {
    const at = new Date(1_795_000_000_000 + records.length * 180 + (records.length % 7) * 13);
    records.push({ seq: records.length + 1, at, parts: [{ personId: 'ada', sessionId: 'tab', update }] });
  });
  const { roll } = dice(7);
  for (let place = 0; records.length < 5000; place++) {
    if (roll(40) === 0) place = roll(doc.getText('t').length + 1);
    doc.getText('t').insert(Math.min(place, doc.getText('t').length), String.fromCodePoint(97 + roll(26)));
  }
  expect((await packSegment(records)).length / records.length).toBeLessThan(12);
});

test('[RT40] a segment that was cut is noticed', async () => {
  const bytes = await packSegment(someRecords(3, 30));
  for (let length = 0; length < bytes.length; length += 97) {
    await expect(unpackSegment(bytes.slice(0, length))).rejects.toThrow(/unexpected end|too small|invalid/i);
  }
});

test('records with a hole make no segment', () => {
  const [one, , three] = someRecords(1, 3);
  expect(() => packSegment([one!, three!])).toThrow(TypeError);
  expect(() => packSegment([])).toThrow(TypeError);
});
