import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clamd, type Scanner } from '../../src/platform/clamd.ts';
import { eicar, startRealClamd } from './clamd-server.ts';

let daemon: Awaited<ReturnType<typeof startRealClamd>>;
let scanner: Scanner;
beforeAll(async () => {
  daemon = await startRealClamd(30);
  scanner = clamd(daemon.url);
}, 60_000);
afterAll(() => daemon.close());

async function* piecesOf(bytes: Uint8Array, length = 64 * 1024): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

test('ClamAV finds what it knows and passes what it does not', async () => {
  expect(await scanner.scan(piecesOf(eicar))).toEqual({ is: 'infected', by: 'Cobench.Test.Eicar.UNOFFICIAL' });
  expect(await scanner.scan(piecesOf(randomBytes(20_000_000)))).toEqual({ is: 'clean' });
  expect(await scanner.scan(piecesOf(new Uint8Array()))).toEqual({ is: 'clean' });
});

test('ClamAV finds it also across the chunks it is sent in', async () => {
  const hidden = Buffer.concat([randomBytes(1_000_000), Buffer.from('cobench-test-needle'), randomBytes(10)]);
  expect(await scanner.scan(piecesOf(hidden, 7))).toMatchObject({ is: 'infected' });
});

test('ClamAV says of what is larger than it takes that nothing is said', async () => {
  expect(await scanner.scan(piecesOf(randomBytes(40_000_000)))).toEqual({ is: 'too large' });
});
