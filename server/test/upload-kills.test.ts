import { afterAll, beforeAll, expect, test } from 'vitest';
import { uploadsUnderKills } from './kills/uploads-under-kills.ts';
import { startS3, type S3 } from './storage/s3.ts';

let s3: S3;
beforeAll(async () => {
  s3 = await startS3();
});
afterAll(() => s3.close());

/** Some steps, spread over all of an upload; `KILLS=all npm run test:real` takes each. */
const some = (many: number) => (steps: number) =>
  Array.from({ length: many }, (_, index) => Math.max(1, Math.round(((index + 0.5) / many) * steps)));

test('a server that dies at some steps of an upload leaves nothing half seen, goes on to the byte, and leaves nothing behind', async () => {
  const { steps, deaths, problems } = await uploadsUnderKills('folder', some(3));
  expect(problems).toEqual([]);
  // Otherwise nothing was put to the test.
  expect(deaths).toHaveLength(3);
  expect(steps.length).toBeGreaterThan(40);
  expect(steps).toEqual(expect.arrayContaining(['after putPart', 'before completeParts', 'after commitTransaction']));
}, 240_000);

test('the same with files in S3', async () => {
  const { deaths, problems } = await uploadsUnderKills({ kind: 's3', ...s3.place }, some(1));
  expect(problems).toEqual([]);
  expect(deaths).toHaveLength(1);
}, 240_000);
