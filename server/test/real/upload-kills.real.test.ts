import { afterAll, beforeAll, expect, test } from 'vitest';
import { uploadsUnderKills } from '../kills/uploads-under-kills.ts';
import { startS3, type S3 } from '../storage/s3.ts';

let s3: S3;
beforeAll(async () => {
  s3 = await startS3();
});
afterAll(() => s3.close());

/** So many steps of each, spread over all of an upload: `KILLS=all` for every single one. */
const kills = process.env['KILLS'] === 'all' ? Infinity : Number(process.env['KILLS'] ?? 8);
function chosen(steps: number): number[] {
  const many = Math.min(kills, steps);
  return Array.from({ length: many }, (_, index) => Math.max(1, Math.ceil(((index + 1) / many) * steps)));
}

test.each(['folder', 's3'] as const)(
  'a server that dies at steps all over an upload, files in %s: whole in the end, and nothing behind',
  async (kind) => {
    const { steps, problems } = await uploadsUnderKills(kind === 'folder' ? kind : { kind, ...s3.place }, chosen);
    expect(steps.length).toBeGreaterThan(30);
    expect(problems).toEqual([]);
  },
  3_600_000,
);
