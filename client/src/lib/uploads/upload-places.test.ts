// @vitest-environment node
import { IDBFactory } from 'fake-indexeddb';
import { expect, test } from 'vitest';
import { fakeLocks } from '../../test/fake-locks.ts';
import type { HoldAlone } from './hold-alone.ts';
import { UploadPlaces, type LeftPlace } from './upload-places.ts';
import { UploadRecords } from './upload-records.ts';

const place = (id: string) =>
  ({ id, document: 'entry 1', name: `${id}.png`, form: 'image', at: new Uint8Array([1]) }) as const;

/** The disk of one browser and its locks. */
function aBrowser(hold: HoldAlone = fakeLocks()) {
  const factory = new IDBFactory();
  return { tab: () => new UploadPlaces('ada', factory, hold), records: () => new UploadRecords('ada', factory) };
}

/** What a tab is given of a document until nothing more comes. */
async function leftIn(tab: UploadPlaces, document = 'entry 1'): Promise<LeftPlace[]> {
  const taken: LeftPlace[] = [];
  await tab.left(document, (left) => taken.push(left), AbortSignal.timeout(5000));
  return taken;
}

test('places come back in the order in which they were kept, each in its document, with the file that has arrived', async () => {
  const { tab, records } = aBrowser();
  const first = tab();
  const held = [first.keep(place('b')), first.keep(place('a')), first.keep({ ...place('c'), document: 'run 1' })];
  held[0]?.move(new Uint8Array([2, 3]));
  for (const one of held) one.release();
  await expect.poll(async () => (await leftIn(tab(), 'run 1')).length).toBe(1);
  await records().arrived('a', 'file a');
  const left = await leftIn(tab());
  expect(left.map(({ place: { id, at, fileId } }) => [id, [...at], fileId])).toEqual([
    ['b', [2, 3], null],
    ['a', [1], 'file a'],
  ]);
});

test('what is settled, and what is given up, is not handed over', async () => {
  const { tab, records } = aBrowser();
  const first = tab();
  const [settled, cancelled] = [first.keep(place('a')), first.keep(place('b'))];
  settled.settle();
  cancelled.release();
  await expect
    .poll(async () => (await leftIn(tab())).map((left) => (left.held.release(), left.place.id)))
    .toEqual(['b']);
  await records().forget(['b']);
  expect(await leftIn(tab())).toEqual([]);
});

test('a tab that stops waiting gets nothing, and stands in nobody’s way', async () => {
  const { tab } = aBrowser();
  const held = tab().keep(place('a'));
  const gone = new AbortController();
  const taken: LeftPlace[] = [];
  const waiting = tab().left('entry 1', (left) => taken.push(left), gone.signal);
  gone.abort();
  held.release();
  await waiting;
  expect(taken).toEqual([]);
  expect(await leftIn(tab())).toHaveLength(1);
});

test('where tabs cannot agree who puts it in, no place is kept', async () => {
  const hold: HoldAlone = () => Promise.resolve(null);
  const browser = aBrowser(hold);
  const held = browser.tab().keep(place('a'));
  held.move(new Uint8Array([2]));
  held.release();
  expect(await leftIn(browser.tab())).toEqual([]);
});
