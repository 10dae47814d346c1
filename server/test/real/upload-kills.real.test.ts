import { afterAll, beforeAll, expect, test } from 'vitest';
import { uploadsUnderKills } from '../kills/uploads-under-kills.ts';
import { startS3, type S3 } from '../storage/s3.ts';

let s3: S3;
beforeAll(async () => {
  s3 = await startS3();
});
afterAll(() => s3.close());

/** So many steps of each store, the first and the last among them and the others spread: `KILLS=all` for every single one. */
const most = process.env['KILLS'] === 'all' ? Infinity : Number(process.env['KILLS'] ?? 10);
function chosen(steps: number): number[] {
  const many = Math.min(most, steps);
  return Array.from({ length: many }, (_, index) => 1 + Math.round((index * (steps - 1)) / Math.max(1, many - 1)));
}

test.each(['folder', 's3'] as const)(
  'a server that dies at steps all over an upload, files in %s: whole in the end, and nothing behind',
  async (kind) => {
    const { steps, deaths, problems } = await uploadsUnderKills(
      kind === 'folder' ? kind : { kind, ...s3.place },
      chosen,
    );
    process.stdout.write(`files in ${kind}: ${deaths.length} deaths at ${steps.length} steps\n`);
    expect(problems).toEqual([]);
    // Otherwise nothing was put to the test.
    expect(steps.length).toBeGreaterThan(40);
    expect(steps.at(-1)).toBe('after read');
    expect(deaths).toHaveLength(Math.min(most, steps.length));
  },
  3_600_000,
);
