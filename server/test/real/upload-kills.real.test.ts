import { afterAll, beforeAll, expect, test } from 'vitest';
import { uploadsUnderKills } from '../kills/uploads-under-kills.ts';
import { startS3, type S3 } from '../storage/s3.ts';

let s3: S3;
beforeAll(async () => {
  s3 = await startS3();
});
afterAll(() => s3.close());

const each = (steps: number): number[] => Array.from({ length: steps }, (_, index) => index + 1);

test.each(['folder', 's3'] as const)(
  'a server that dies at every single step of an upload, files in %s: whole in the end, and nothing behind',
  async (kind) => {
    const { steps, problems } = await uploadsUnderKills(kind === 'folder' ? kind : { kind, ...s3.place }, each);
    expect(steps.length).toBeGreaterThan(30);
    expect(problems).toEqual([]);
  },
  3_600_000,
);
