import { createCipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { aSealedObject, type SealedObject } from '../../test/sealed-object.ts';
import { newId } from '../platform/new-id.ts';
import { plainPartBytes, segmentBytes } from '../platform/sealed-files/layout.ts';
import { SealBroken } from '../platform/sealed-files/seal-broken.ts';
import { newSalt, Sealer } from '../platform/sealed-files/sealer.ts';
import { fileCommands } from './file-commands.ts';

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cobench-file-'));
});
afterEach(() => rm(directory, { recursive: true }));
const path = (name: string) => join(directory, name);
const names = async () => (await readdir(directory)).toSorted();

describe('a sealed file without its server', () => {
  const optionsOf = ({ key, stored }: SealedObject) => ({
    key: key.toString('base64url'),
    organisation: stored.orgId,
    file: stored.fileId,
    version: String(stored.version),
  });
  async function decrypted(object: Uint8Array, given: Parameters<typeof fileCommands.decrypt>[1]) {
    await writeFile(path('in'), object);
    return fileCommands.decrypt([path('in'), path('out')], given);
  }

  test.each([
    0,
    1,
    segmentBytes,
    segmentBytes + 1,
    plainPartBytes,
    plainPartBytes + 3 * segmentBytes,
    2 * plainPartBytes + 1,
  ])('of %i bytes is opened by its key, and told with its hash', async (size) => {
    const plain = randomBytes(size);
    const sealed = aSealedObject(plain, { interruptedAt: [size >> 1, Math.floor(size * 0.9)] });
    const said = await decrypted(sealed.bytes, { ...optionsOf(sealed), sha256: sha256Of(plain) });
    expect((await readFile(path('out'))).equals(plain)).toBe(true);
    expect(said).toBe(`${path('out')}: ${size} bytes, SHA-256 ${sha256Of(plain)}`);
  });

  test('is opened by the answer that came with a link to it', async () => {
    const plain = randomBytes(1000);
    const sealed = aSealedObject(plain);
    const { key, organisation: organisationId, file: fileId } = optionsOf(sealed);
    const answer = { url: 'https://store.example/x', expiresAt: new Date().toISOString(), key, organisationId, fileId };
    const link = path('link.json');
    await writeFile(link, JSON.stringify({ ...answer, version: 1, size: 1000, sha256: sha256Of(plain) }));
    await decrypted(sealed.bytes, { link });
    expect((await readFile(path('out'))).equals(plain)).toBe(true);

    await rm(path('out'));
    await writeFile(link, JSON.stringify({ ...answer, version: 1, size: 1000, sha256: sha256Of(Buffer.of(1)) }));
    await expect(decrypted(sealed.bytes, { link })).rejects.toThrow('its SHA-256 is');
    expect(await names()).toEqual(['in', 'link.json']);
  });

  test.each([
    ['another key', { key: randomBytes(32).toString('base64url') }],
    ['another organisation', { organisation: newId() }],
    ['another file', { file: newId() }],
    ['another version', { version: '2' }],
  ])('%s opens nothing, and leaves no file behind', async (_what, other) => {
    const sealed = aSealedObject(randomBytes(100_000));
    await expect(decrypted(sealed.bytes, { ...optionsOf(sealed), ...other })).rejects.toThrow(SealBroken);
    expect(await names()).toEqual(['in']);
  });

  test.each([
    ['too short a key', { key: 'abc' }, 'key is missing or wrong'],
    ['no version', { version: undefined }, 'version is missing or wrong'],
    ['an id that is none', { file: 'x' }, 'file is missing or wrong'],
  ])('%s is told of', async (_what, other, words) => {
    const sealed = aSealedObject(Buffer.alloc(1));
    await expect(decrypted(sealed.bytes, { ...optionsOf(sealed), ...other })).rejects.toThrow(words);
  });

  test('what is there already is not written over', async () => {
    const sealed = aSealedObject(randomBytes(10));
    await writeFile(path('out'), 'mine');
    await expect(decrypted(sealed.bytes, optionsOf(sealed))).rejects.toThrow('is there already');
    expect(await readFile(path('out'), 'utf8')).toBe('mine');
  });

  test('cut, longer, or with parts of an earlier pass in it, it is refused without a row that tells of passes', async () => {
    const plain = randomBytes(2 * plainPartBytes + 10);
    const key = randomBytes(32);
    const [identity, salt] = [{ orgId: newId(), fileId: newId(), version: 1 }, newSalt()];
    const earlier = new Sealer({ key, identity, salt, fromPart: 0 });
    const [, old] = earlier.push(randomBytes(plain.length));
    const sealed = aSealedObject(plain, { ...identity, key, interruptedAt: [plainPartBytes + 5] });
    const back = Buffer.from(sealed.bytes);
    back.set(old?.bytes ?? [], old?.offset);
    const cuts = [0, 10, 64, 80, 95, sealed.bytes.length - 1, sealed.bytes.length - 26, sealed.bytes.length - 42];
    const changed = [
      back,
      Buffer.concat([sealed.bytes, Buffer.alloc(5)]),
      ...cuts.map((at) => sealed.bytes.subarray(0, at)),
    ];
    for (const object of changed) {
      await expect(decrypted(object, optionsOf(sealed)), `${object.length}`).rejects.toThrow(SealBroken);
    }
    expect(await names()).toEqual(['in']);
    await decrypted(sealed.bytes, optionsOf(sealed));
    expect((await readFile(path('out'))).equals(plain)).toBe(true);
  });
});

describe('a file of the simple format', () => {
  const plain = randomBytes(200_000);
  function seeded(key: Uint8Array, aad = ''): Buffer {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(aad));
    return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  }
  async function unsealed(bytes: Uint8Array, given: Parameters<typeof fileCommands.openSeed>[1]) {
    await writeFile(path('in'), bytes);
    await fileCommands.openSeed([path('in'), path('out')], given);
    return readFile(path('out'));
  }
  const key = randomBytes(32);
  const hex = key.toString('hex');

  test('is opened by the key of a person, with what it is bound to', async () => {
    expect((await unsealed(seeded(key), { key: hex })).equals(plain)).toBe(true);
    await rm(path('out'));
    expect((await unsealed(seeded(key, 'ann'), { key: hex, aad: 'ann' })).equals(plain)).toBe(true);
  });

  test('is opened by what that key is derived of', async () => {
    const derived = Buffer.from(hkdfSync('sha256', key, 'pepper', 'files of ann', 32));
    const options = { master: hex, user: 'ann', salt: 'pepper', info: 'files of {user}' };
    expect((await unsealed(seeded(derived), options)).equals(plain)).toBe(true);
    await rm(path('out'));
    const plainest = Buffer.from(hkdfSync('sha256', key, '', 'ann', 32));
    expect((await unsealed(seeded(plainest), { master: hex, user: 'ann' })).equals(plain)).toBe(true);
  });

  test('its key may be in a file or in the environment; of several none is taken', async () => {
    await writeFile(path('key'), `${hex}\n`);
    expect((await unsealed(seeded(key), { 'key-file': path('key') })).equals(plain)).toBe(true);
    await rm(path('out'));
    vi.stubEnv('SEED_MASTER', hex);
    onTestFinished(() => void vi.unstubAllEnvs());
    const derived = Buffer.from(hkdfSync('sha256', key, '', 'ann', 32));
    expect((await unsealed(seeded(derived), { 'master-env': 'SEED_MASTER', user: 'ann' })).equals(plain)).toBe(true);
    await rm(path('out'));
    for (const [given, words] of [
      [{ 'key-env': 'SEED_KEY' }, 'The environment has no SEED_KEY.'],
      [{ 'key-file': path('none') }, 'ENOENT'],
      [{ 'key-file': path('in') }, 'is missing or wrong'],
      [{ key: hex, 'key-file': path('key') }, 'there are several'],
      [{}, 'is missing or wrong'],
    ] as const) {
      await expect(unsealed(seeded(key), given)).rejects.toThrow(words);
    }
    expect(await names()).toEqual(['in', 'key']);
  });

  test('changed, cut, under another key or bound to something else it is refused, and leaves nothing behind', async () => {
    const sealed = seeded(key, 'ann');
    const flipped = Buffer.from(sealed);
    flipped[500] = Number(flipped[500]) ^ 1;
    for (const [bytes, given] of [
      [flipped, { key: hex, aad: 'ann' }],
      [sealed.subarray(0, -1), { key: hex, aad: 'ann' }],
      [sealed.subarray(0, 20), { key: hex, aad: 'ann' }],
      [sealed, { key: hex, aad: 'bob' }],
      [sealed, { key: randomBytes(32).toString('hex'), aad: 'ann' }],
    ] as const) {
      await expect(unsealed(bytes, given)).rejects.toThrow(SealBroken);
    }
    await expect(unsealed(sealed, { aad: 'ann' })).rejects.toThrow('missing or wrong');
    expect(await names()).toEqual(['in']);
  });
});
