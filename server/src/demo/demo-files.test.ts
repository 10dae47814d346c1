import { fileEndpoints } from '@cobench/shared/files/endpoints';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call } from '../../test/call.ts';
import { startTestApp, type TestApp } from '../../test/harness.ts';
import { demoFiles } from './files.ts';

let app: TestApp;
beforeAll(async () => void (app = await startTestApp({ demo: true })));
afterAll(() => app.close());

test('the demo has files of every kind that is shown, most of them of a run or an entry, and each can be read', async () => {
  const viewer = await app.as('viewer@acme.test');
  const { items } = await call(viewer, fileEndpoints.list, { limit: 200 });
  expect(items.map(({ name }) => name).toSorted()).toEqual(demoFiles.map(({ name }) => name).toSorted());
  expect(new Set(items.map(({ latest }) => latest.kind))).toEqual(
    new Set(['image', 'table', 'json', 'text', 'pdf', 'markdown']),
  );
  const attached = items.filter(({ attachments }) => attachments.length > 0).map(({ name }) => name);
  expect(attached.toSorted()).toEqual(
    demoFiles
      .filter(({ of }) => of)
      .map(({ name }) => name)
      .toSorted(),
  );
  for (const { id, latest } of items) {
    const response = await viewer.get(`/api/v1/files/${id}/content`);
    expect((await response.arrayBuffer()).byteLength).toBe(latest.size);
    expect((await viewer.get(`/api/v1/files/${id}/image`)).status).toBe(latest.kind === 'image' ? 200 : 409);
  }
});
