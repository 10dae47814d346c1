import { randomBytes } from 'node:crypto';
import { request, type IncomingMessage } from 'node:http';
import { fileEndpoints } from '@cobench/shared/files/endpoints';
import { projectEndpoints } from '@cobench/shared/projects/project';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { call } from '../../../test/call.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory } from '../../../test/laboratory.ts';
import { storeFile } from '../../../test/stored-files.ts';

/** More than the kernel holds on its way. */
const bytes = randomBytes(48 * 2 ** 20);
let app: TestApp;
let later: number;
beforeAll(async () => {
  later = 0;
  app = await startTestApp({ clock: () => new Date(Date.now() + later) });
});
afterAll(() => app.close());

let projectId: string;
let id: string;
beforeEach(async () => {
  projectId = (await laboratory(app).aProject()).id;
  id = (await storeFile(app, { projectId, bytes })).id;
});

/** An answer that has begun and that nobody reads on. */
async function begunAt(path: string): Promise<IncomingMessage> {
  const cookie = (await app.as('viewer@acme.test')).cookie('/api');
  return new Promise((resolve, reject) => {
    const asked = request(new URL(path, app.origin), { headers: { cookie } }, (answer) => {
      answer.once('readable', () => resolve(answer));
    });
    asked.on('error', reject).end();
  });
}

/** How many bytes came, and whether that was all. */
async function rest(answer: IncomingMessage): Promise<{ length: number; isAll: boolean }> {
  let length = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) length += chunk.length;
    return { length, isAll: true };
  } catch {
    return { length, isAll: false };
  }
}

async function aLink(): Promise<string> {
  const viewer = await app.as('viewer@acme.test');
  const { url } = await call(viewer, fileEndpoints.sealedLink, { id });
  return new URL(url).pathname;
}

const restrict = async (): Promise<void> => {
  const pi = await app.as('pi@acme.test');
  await call(pi, projectEndpoints.restrict, { id: projectId, version: 0, restricted: true });
};
const bin = async (): Promise<void> => {
  const engineer = await app.as('engineer@acme.test');
  await call(engineer, fileEndpoints.remove, { id });
  await call(await app.as('admin@acme.test'), fileEndpoints.purge, { id });
};
const ways: [string, () => Promise<string>][] = [
  ['a file', async () => `/api/v1/files/${id}/content`],
  ['an archive', async () => `/api/v1/files/archive?ids=${id}`],
  ['what is stored of it', aLink],
];

describe.each(ways)('%s on its way', (_what, way) => {
  test.each([
    ['was closed to who gets it', restrict],
    ['was removed for good', bin],
  ])('stops where it %s', async (_why, change) => {
    const answer = await begunAt(await way());
    await change();
    later += 60_000;
    const { length, isAll } = await rest(answer);
    expect(isAll).toBe(false);
    expect(length).toBeLessThan(bytes.length);
  });

  test('comes whole where nothing changed', async () => {
    const answer = await begunAt(await way());
    // A link that has ended was good when this began.
    later += 600_000;
    const { length, isAll } = await rest(answer);
    expect(isAll).toBe(true);
    expect(length).toBeGreaterThanOrEqual(bytes.length);
  });
});
