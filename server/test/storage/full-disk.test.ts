import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { folderStore } from '../../src/platform/storage/folder-store.ts';
import { StoreUnavailable } from '../../src/platform/storage/object-store.ts';

const mebibyte = 1024 * 1024;
const directory = await mkdtemp(join(tmpdir(), 'cobench-full-'));
/** Only root may mount; elsewhere there is nothing that fills up so soon. */
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', directory]).status === 0;
const store = folderStore(join(directory, 'files'));

beforeAll(async () => {
  await store.put('kept.enc', randomBytes(mebibyte));
});
afterAll(async () => {
  if (mounted) spawnSync('umount', [directory]);
  await rm(directory, { recursive: true });
});

test.runIf(mounted)(
  'a full disk refuses what has no room, keeps what is there, and takes the next that has',
  async () => {
    const upload = await store.startParts('parts.enc');
    const part = (index: number, bytes: Buffer) => ({ index, offset: index * 5 * mebibyte, bytes });
    const first = randomBytes(5 * mebibyte);
    const receipt = await store.putPart(upload, part(0, first));
    const tooMuch = [
      store.put('much.enc', randomBytes(8 * mebibyte)),
      store.put('stream.enc', Readable.from([randomBytes(4 * mebibyte), randomBytes(4 * mebibyte)])),
      store.putPart(upload, part(1, randomBytes(8 * mebibyte))),
    ];
    const failures = await Promise.allSettled(tooMuch);
    expect(failures.map((one) => one.status === 'rejected' && one.reason instanceof StoreUnavailable)).toEqual([
      true,
      true,
      true,
    ]);
    expect(await store.sizeOf('kept.enc')).toBe(mebibyte);
    expect([await store.sizeOf('much.enc'), await store.sizeOf('stream.enc')]).toEqual([null, null]);
    expect(await readdir(join(directory, 'files', '.partial'))).toHaveLength(1);
    const small = randomBytes(1000);
    await store.abandonParts(upload);
    const again = await store.startParts('parts.enc');
    const receipts = [await store.putPart(again, part(0, first)), await store.putPart(again, part(1, small))];
    expect(receipts[0]).toBe(receipt);
    await store.completeParts(again, receipts);
    expect((await buffer((await store.read('parts.enc')).body)).equals(Buffer.concat([first, small]))).toBe(true);
  },
);
