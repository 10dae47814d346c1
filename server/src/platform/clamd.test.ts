import { randomBytes } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { startClamd } from '../../test/fake-clamd.ts';
import { clamd, ScannerUnavailable } from './clamd.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
async function started(...options: Parameters<typeof startClamd>) {
  const daemon = await startClamd(...options);
  closing.push(daemon.close);
  return daemon;
}

async function* piecesOf(bytes: Uint8Array, length = 64 * 1024): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

test.each([0, 1, 3_000_000])('every byte of a file of %i gets there, once and in order', async (size) => {
  const daemon = await started(() => 'stream: OK');
  const bytes = randomBytes(size);
  expect(await clamd(daemon.url).scan(piecesOf(bytes))).toEqual({ is: 'clean' });
  expect(daemon.seen.map((seen) => seen.equals(bytes))).toEqual([true]);
});

test('what was found is told by its name', async () => {
  const daemon = await started(() => 'stream: Win.Test.EICAR_HDB-1 FOUND');
  expect(await clamd(daemon.url).scan(piecesOf(Buffer.from('x')))).toEqual({
    is: 'infected',
    by: 'Win.Test.EICAR_HDB-1',
  });
});

test('a file that is too large for it is told as such, without sending the rest', async () => {
  const daemon = await started(() => 'stream: OK', { largest: 1_000_000 });
  let read = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) {
      read++;
      yield Buffer.alloc(64 * 1024);
    }
  }
  expect(await clamd(daemon.url).scan(endless())).toEqual({ is: 'too large' });
  expect(read).toBeLessThan(100_000);
});

test.each([
  ['says something else', () => 'stream: Can’t allocate memory ERROR'],
  ['is silent', () => null],
])('a daemon that %s is no verdict', async (_, answer) => {
  const daemon = await started(answer);
  await expect(clamd(daemon.url, 200).scan(piecesOf(Buffer.from('x')))).rejects.toBeInstanceOf(ScannerUnavailable);
});

test('a daemon that is away, or dies while it listens, is no verdict', async () => {
  const daemon = await started(() => 'stream: OK');
  async function* cut(): AsyncGenerator<Uint8Array> {
    yield randomBytes(100_000);
    await daemon.close();
    yield randomBytes(100_000);
  }
  await expect(clamd(daemon.url).scan(cut())).rejects.toBeInstanceOf(ScannerUnavailable);
  closing.length = 0;
  await expect(clamd(daemon.url).scan(piecesOf(Buffer.from('x')))).rejects.toBeInstanceOf(ScannerUnavailable);
  await expect(clamd(daemon.url).ping()).rejects.toBeInstanceOf(ScannerUnavailable);
  await expect(clamd('unix:/nowhere/clamd.sock').ping()).rejects.toThrow(/cannot be reached/);
});

test('bytes that cannot be read are told as what they are, and nothing is said of them', async () => {
  const daemon = await started(() => 'stream: OK');
  const broken = new Error('The object is damaged.');
  async function* damaged(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('half');
    throw broken;
  }
  await expect(clamd(daemon.url).scan(damaged())).rejects.toBe(broken);
  expect(daemon.seen).toEqual([]);
});

test('it answers a ping', async () => {
  const daemon = await started(() => null);
  await expect(clamd(daemon.url).ping()).resolves.toBeUndefined();
});
