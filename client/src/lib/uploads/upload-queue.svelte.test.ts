// @vitest-environment node
import { expect, test } from 'vitest';
import { FakeUploads } from '../../test/fake-uploads.ts';
import { UploadCancelled } from './upload-item.svelte.ts';

const ada = { personId: 'ada', organisationId: 'acme' };
const target = { projectId: 'project' };
const aFile = (name: string, content = name) => new File([content], name, { lastModified: 1 });
const filesOf = (count: number) => Array.from({ length: count }, (_, n) => aFile(`${n}.csv`));
const states = (queue: { items: readonly { now: { state: string } }[] }) => queue.items.map(({ now }) => now.state);

test('files are summed, sent, and each says which file it became', async () => {
  const server = new FakeUploads();
  const queue = server.open();
  queue.keepFor(ada);
  const items = queue.add(filesOf(5), target);
  expect(await Promise.all(items.map(({ done }) => done))).toEqual([0, 1, 2, 3, 4].map((n) => `file ${n}.csv`));
  expect(server.begun[0]?.metadata).toEqual({
    filename: '0.csv',
    projectId: 'project',
    sha256: 'sum of 0.csv',
    sender: 'ada',
  });
  await expect.poll(() => queue.totals.done).toBe(5);
});

test('folders are kept below the one that they are dropped on, and names become ones that can be kept', async () => {
  const server = new FakeUploads();
  const queue = server.open();
  queue.keepFor(ada);
  const [item] = queue.add([{ file: aFile('a\u0007.csv'), folder: 'wafer/12' }], { ...target, folder: 'raw' });
  await item?.done;
  expect(server.begun[0]?.metadata).toMatchObject({ filename: 'a_.csv', folder: 'raw/wafer/12' });
});

test('three are under way at once', async () => {
  const server = new FakeUploads();
  server.holding = true;
  const queue = server.open();
  queue.keepFor(ada);
  queue.add(filesOf(8), target);
  await expect.poll(() => states(queue).filter((state) => state === 'sending')).toHaveLength(3);
  expect(server.begun).toHaveLength(3);
  server.release();
  await expect.poll(() => queue.totals.done).toBe(8);
});

test('the network goes and comes back: everything goes on where it was, and is sent once', async () => {
  const server = new FakeUploads();
  server.holding = true;
  const queue = server.open();
  queue.keepFor(ada);
  const items = queue.add(filesOf(6), target);
  await expect.poll(() => server.begun.length).toBe(3);
  server.cut();
  await expect.poll(() => queue.totals.interrupted).toBe(3);
  expect(queue.items[0]?.now).toMatchObject({ words: 'Waiting for the connection.' });
  server.mend();
  await Promise.all(items.map(({ done }) => done));
  expect([server.begun.length, server.hashes]).toEqual([6, 6]);
});

test('an answer that was lost does not send a file twice', async () => {
  const server = new FakeUploads();
  server.losesAnswer = true;
  const queue = server.open();
  queue.keepFor(ada);
  const [item] = queue.add([aFile('a.csv')], target);
  expect(await item?.done).toBe('file a.csv');
  expect(server.begun).toHaveLength(1);
});

test('a reload goes on by itself, without summing again what was summed', async () => {
  const server = new FakeUploads();
  const queue = server.open();
  const leave = queue.keepFor(ada);
  server.online = false;
  queue.add(filesOf(4), target);
  await expect.poll(() => states(queue)).toEqual(['interrupted', 'interrupted', 'interrupted', 'waiting']);
  await expect.poll(() => queue.items.every(({ kept }) => kept === 'blob')).toBe(true);
  leave();
  server.mend();
  const after = server.open();
  const leaveAfter = after.keepFor(ada);
  await expect.poll(() => states(after)).toEqual(['done', 'done', 'done', 'done']);
  expect([server.begun.length, server.hashes]).toEqual([4, 4]);
  leaveAfter();
  const later = server.open();
  later.keepFor(ada);
  await expect.poll(() => later.leads).toBe(true);
  const [own] = later.add([aFile('own.csv')], target);
  await own?.done;
  expect(states(later)).toEqual(['done']);
});

test('what another person left is not sent by whoever signs in next', async () => {
  const server = new FakeUploads();
  server.online = false;
  const queue = server.open();
  const leave = queue.keepFor(ada);
  queue.add(filesOf(2), target);
  await expect.poll(() => queue.items.every(({ kept }) => kept === 'blob')).toBe(true);
  leave();
  server.mend();
  queue.keepFor({ ...ada, personId: 'ben' });
  expect(queue.items).toEqual([]);
  const [own] = queue.add([aFile('own.csv')], target);
  await own?.done;
  expect(server.begun.map(({ metadata }) => metadata['sender'])).toEqual(['ben']);
});

test('whoever was signed out goes on in the same tab with what was kept nowhere', async () => {
  const server = new FakeUploads();
  server.online = false;
  const queue = server.open();
  const leave = queue.keepFor(ada);
  const [item] = queue.add([aFile('a.csv')], target);
  leave();
  server.mend();
  queue.keepFor(ada);
  expect(await item?.done).toBe('file a.csv');
});

test('paused files wait, also after a reload; cancelled ones are taken from the server', async () => {
  const server = new FakeUploads();
  server.holding = true;
  const queue = server.open();
  const leave = queue.keepFor(ada);
  const [first, second] = queue.add(filesOf(2), target);
  await expect.poll(() => server.begun.length).toBe(2);
  if (!first || !second) throw new Error('nothing was added');
  queue.pause([first]);
  queue.cancel([second]);
  server.release();
  await expect(second.done).rejects.toThrow(UploadCancelled);
  await expect.poll(() => server.terminated).toEqual(['/uploads/2']);
  await expect.poll(() => first.kept).toBe('blob');
  leave();
  const after = server.open();
  after.keepFor(ada);
  await expect.poll(() => states(after)).toEqual(['paused']);
  after.resume();
  await expect.poll(() => states(after)).toEqual(['done']);
});

test('what there is no room for says so before it is sent; the rest goes', async () => {
  const server = new FakeUploads();
  server.usage = { ...server.usage, largestFile: 30, person: { used: 90, reserved: 0, limit: 120 } };
  const queue = server.open();
  queue.keepFor(ada);
  queue.add([aFile('huge', 'x'.repeat(31)), aFile('fits', 'x'.repeat(20)), aFile('over', 'x'.repeat(20))], target);
  await expect.poll(() => states(queue)).toEqual(['failed', 'done', 'failed']);
  expect(queue.items.map(({ now }) => ('words' in now ? now.words : null))).toEqual([
    'It has 31 B; a file may have at most 30 B.',
    null,
    'There is room for 10 B more, and it has 20 B.',
  ]);
  queue.resume();
  await expect.poll(() => states(queue)).toEqual(['done', 'done', 'done']);
});

test('one tab sends, the other shows the same and may pause; when the first closes the second goes on', async () => {
  const server = new FakeUploads();
  server.holding = true;
  const [first, second] = [server.open(), server.open()];
  const leave = first.keepFor(ada);
  second.keepFor(ada);
  const [item] = second.add(filesOf(4), target);
  await expect.poll(() => states(first)).toEqual(['sending', 'sending', 'sending', 'waiting']);
  await expect.poll(() => states(second)).toEqual(['sending', 'sending', 'sending', 'waiting']);
  second.pause(second.items.slice(3));
  await expect.poll(() => states(first)[3]).toBe('paused');
  leave();
  server.release();
  expect(await item?.done).toBe('file 0.csv');
  second.resume();
  await expect.poll(() => states(second)).toEqual(['done', 'done', 'done', 'done']);
  expect(server.begun).toHaveLength(4);
});

test('a file the browser has lost is recognised when it is chosen again', async () => {
  const server = new FakeUploads();
  server.online = false;
  const queue = server.open();
  const leave = queue.keepFor(ada);
  queue.add([aFile('a.csv', 'abc')], target);
  await expect.poll(() => queue.items[0]?.kept).toBe('blob');
  leave();
  await server.loseBytes();
  server.mend();
  const after = server.open();
  after.keepFor(ada);
  await expect.poll(() => states(after)).toEqual(['needs-file']);
  expect([after.chooseAgain([aFile('b.csv', 'abc')]), after.chooseAgain([aFile('a.csv', 'xyz')])]).toEqual([0, 1]);
  await expect.poll(() => after.items[0]?.now).toMatchObject({ words: expect.stringContaining('another file') });
  expect(after.chooseAgain([aFile('a.csv', 'abc')])).toBe(1);
  await expect.poll(() => states(after)).toEqual(['done']);
});

test('ten thousand files are taken at once', async () => {
  const server = new FakeUploads();
  server.online = false;
  const queue = server.open();
  queue.keepFor(ada);
  queue.add(filesOf(10_000), target);
  expect(queue.totals).toMatchObject({ files: 10_000 });
});
