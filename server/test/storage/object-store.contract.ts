import { randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ObjectMissing, type ObjectStore } from '../../src/platform/storage/object-store.ts';

const mebibyte = 1024 * 1024;
/** The smallest part that S3 takes, unless it is the last. */
const partSize = 5 * mebibyte;

/** What every store does, whatever it is made of. `make` gives one that is empty. */
export function objectStoreContract(name: string, make: () => Promise<ObjectStore>): void {
  describe(`an object store: ${name}`, () => {
    let store: ObjectStore;
    beforeAll(async () => {
      store = await make();
    });
    afterAll(() => store.close());
    const newKey = (folder = 'sandbox/p1/u1'): string => `${folder}/${randomUUID()}.enc`;
    const readAll = async (key: string, range?: { from: number; to: number }): Promise<Buffer> =>
      buffer((await store.read(key, range)).body);
    const keysUnder = async (prefix: string): Promise<string[]> =>
      (await all(store.list(prefix))).map(({ key }) => key);
    const openOf = async (key: string): Promise<string[]> => {
      const open = await all(store.openParts(new Date(Date.now() + 60_000)));
      return open.filter((upload) => upload.key === key).map(({ token }) => token);
    };

    test('keeps bytes and gives them back', async () => {
      const key = newKey();
      const bytes = randomBytes(100_000);
      await store.put(key, bytes);
      expect(await store.sizeOf(key)).toBe(100_000);
      const { size, body } = await store.read(key);
      expect(size).toBe(100_000);
      expect((await buffer(body)).equals(bytes)).toBe(true);
    });

    test.each([0, 1, 12 * mebibyte + 7])('keeps a stream of %i bytes', async (size) => {
      const key = newKey();
      const bytes = randomBytes(size);
      await store.put(key, Readable.from(piecesOf(bytes, 300_000)));
      expect(await store.sizeOf(key)).toBe(size);
      expect((await readAll(key)).equals(bytes)).toBe(true);
    });

    test('puts a new object in the place of an old one', async () => {
      const key = newKey();
      await store.put(key, Buffer.from('first and longer'));
      await store.put(key, Buffer.from('second'));
      expect(String(await readAll(key))).toBe('second');
    });

    test('a stream that breaks leaves nothing, or what was there', async () => {
      const [fresh, old] = [newKey(), newKey()];
      await store.put(old, Buffer.from('old'));
      const broken = () =>
        Readable.from(
          (function* () {
            yield randomBytes(6 * mebibyte);
            throw new Error('The sender is gone.');
          })(),
        );
      await expect(store.put(fresh, broken())).rejects.toThrow('The sender is gone.');
      await expect(store.put(old, broken())).rejects.toThrow('The sender is gone.');
      expect(await store.sizeOf(fresh)).toBeNull();
      expect(String(await readAll(old))).toBe('old');
      expect(await openOf(fresh)).toEqual([]);
    });

    test.each([
      [0, 1],
      [10, 30],
      [99_999, 100_000],
      [0, 100_000],
      [50, 50],
      [99_990, 200_000],
      [200_000, 200_001],
    ])('reads the bytes from %i up to %i, as far as there are any', async (from, to) => {
      const key = newKey();
      const bytes = randomBytes(100_000);
      await store.put(key, bytes);
      const { size, body } = await store.read(key, { from, to });
      expect(size).toBe(100_000);
      expect((await buffer(body)).equals(bytes.subarray(from, to))).toBe(true);
    });

    test('reads a range of an empty object', async () => {
      const key = newKey();
      await store.put(key, new Uint8Array());
      expect(await readAll(key, { from: 0, to: 10 })).toHaveLength(0);
    });

    test('what is not there is told as missing, also where a folder has the name', async () => {
      const folder = `sandbox/${randomUUID()}`;
      await store.put(`${folder}/a.enc`, Buffer.from('a'));
      for (const key of [newKey(), folder, `${folder}/a.enc/b.enc`]) {
        await expect(store.read(key)).rejects.toBeInstanceOf(ObjectMissing);
        await expect(store.read(key, { from: 0, to: 1 })).rejects.toBeInstanceOf(ObjectMissing);
        expect(await store.sizeOf(key)).toBeNull();
      }
    });

    test('removes, also what is not there', async () => {
      const key = newKey();
      await store.put(key, Buffer.from('a'));
      await store.remove(key);
      await store.remove(key);
      expect(await store.sizeOf(key)).toBeNull();
    });

    test('lists by key what starts with a prefix', async () => {
      const folder = `sandbox/${randomUUID()}`;
      const keys = ['b/1.enc', 'a/2.enc', 'a/10.enc', 'b/2/3.enc', 'c.enc'].map((rest) => `${folder}/${rest}`);
      await Promise.all(keys.map((key) => store.put(key, Buffer.from(key))));
      expect(await keysUnder(`${folder}/`)).toEqual(keys.toSorted((a, b) => (a < b ? -1 : 1)));
      expect(await keysUnder(`${folder}/a/1`)).toEqual([`${folder}/a/10.enc`]);
      expect(await keysUnder(`${folder}/z`)).toEqual([]);
      const [first] = await all(store.list(`${folder}/c`));
      expect(first).toMatchObject({ key: `${folder}/c.enc`, size: `${folder}/c.enc`.length });
      expect(Math.abs(Date.now() - Number(first?.modifiedAt))).toBeLessThan(60_000);
    });

    test('takes parts in any order and again, and shows the object when it is complete', async () => {
      const key = newKey();
      const bytes = randomBytes(2 * partSize + 1234);
      const upload = await store.startParts(key);
      const part = (index: number) => ({
        index,
        offset: index * partSize,
        bytes: bytes.subarray(index * partSize, (index + 1) * partSize),
      });
      const last = await store.putPart(upload, part(2));
      await store.putPart(upload, { ...part(0), bytes: randomBytes(partSize) });
      const first = await store.putPart(upload, part(0));
      const second = await store.putPart(upload, part(1));
      expect(await store.sizeOf(key)).toBeNull();
      expect(await keysUnder(key)).toEqual([]);
      expect(await openOf(key)).toEqual([upload.token]);
      await store.completeParts(upload, [first, second, last]);
      expect((await readAll(key)).equals(bytes)).toBe(true);
      expect(await openOf(key)).toEqual([]);
    });

    test('completing again does nothing, and abandoning what is complete takes nothing away', async () => {
      const key = newKey();
      const upload = await store.startParts(key);
      const receipt = await store.putPart(upload, { index: 0, offset: 0, bytes: Buffer.from('whole') });
      await store.completeParts(upload, [receipt]);
      await store.completeParts(upload, [receipt]);
      await store.abandonParts(upload);
      expect(String(await readAll(key))).toBe('whole');
    });

    test('forgets what is abandoned', async () => {
      const key = newKey();
      const upload = await store.startParts(key);
      const receipt = await store.putPart(upload, { index: 0, offset: 0, bytes: Buffer.from('half') });
      await store.abandonParts(upload);
      await store.abandonParts(upload);
      expect(await openOf(key)).toEqual([]);
      await expect(store.completeParts(upload, [receipt])).rejects.toBeInstanceOf(ObjectMissing);
      const late = store.putPart(upload, { index: 0, offset: 0, bytes: Buffer.from('x') });
      await expect(late).rejects.toBeInstanceOf(ObjectMissing);
      expect(await store.sizeOf(key)).toBeNull();
    });

    test('parts that are left out or changed since do not make an object', async () => {
      const key = newKey();
      const upload = await store.startParts(key);
      const first = await store.putPart(upload, { index: 0, offset: 0, bytes: randomBytes(partSize) });
      const second = await store.putPart(upload, { index: 1, offset: partSize, bytes: Buffer.from('end') });
      await store.putPart(upload, { index: 1, offset: partSize, bytes: Buffer.from('another end') });
      await expect(store.completeParts(upload, [first, second])).rejects.toThrow(/parts/i);
      const third = await store.putPart(upload, { index: 2, offset: 2 * partSize, bytes: Buffer.from('end') });
      await expect(store.completeParts(upload, [first, third])).rejects.toThrow(/parts/i);
      expect(await store.sizeOf(key)).toBeNull();
      await store.abandonParts(upload);
    });

    test('two uploads of one key do not see each other’s parts', async () => {
      const key = newKey();
      const [one, other] = await Promise.all([store.startParts(key), store.startParts(key)]);
      const receipt = await store.putPart(one, { index: 0, offset: 0, bytes: Buffer.from('one') });
      await store.putPart(other, { index: 0, offset: 0, bytes: Buffer.from('the other') });
      await store.completeParts(one, [receipt]);
      expect(String(await readAll(key))).toBe('one');
      expect(await openOf(key)).toEqual([other.token]);
      await store.abandonParts(other);
    });

    test('tells the open parts that were started before a moment', async () => {
      const key = newKey();
      const upload = await store.startParts(key);
      const before = async (at: number) => (await all(store.openParts(new Date(at)))).filter((one) => one.key === key);
      expect(await before(Date.now() - 60_000)).toEqual([]);
      expect(await before(Date.now() + 60_000)).toEqual([upload]);
      await store.abandonParts(upload);
    });

    test.each(['../up.enc', 'a/../../b', '/etc/passwd', 'a//b', '', '.partial/x', 'a/.b', 'a\\b', 'a\0b', 'ä.enc'])(
      'refuses the key %j',
      async (key) => {
        await expect(store.put(key, Buffer.from('x'))).rejects.toThrow(/is no key/);
        await expect(store.startParts(key)).rejects.toThrow(/is no key/);
        await expect(store.read(key)).rejects.toThrow(/is no key/);
        await expect(store.remove(key)).rejects.toThrow(/is no key/);
        await expect(store.abandonParts({ key, token: randomUUID() })).rejects.toThrow(/is no key/);
      },
    );
  });
}

function* piecesOf(bytes: Buffer, length: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const gathered: T[] = [];
  for await (const item of items) gathered.push(item);
  return gathered;
}
