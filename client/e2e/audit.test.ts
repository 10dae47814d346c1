import { readFile } from 'node:fs/promises';
import { projectEndpoints } from '@cobench/shared/projects/project';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectMongo } from '../../server/src/platform/mongo/connect.ts';
import { launchBrowser, visitAs, type Complaints } from './browser.ts';
import { aProject, request } from './fixtures.ts';
import { startServer } from './server.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

test('an administrator finds who did what and who was refused, takes it along, and sees that it is as it was written', async () => {
  let store = '';
  const { origin } = await startServer({ storeBy: async (url) => (store = url) });
  const complaints: Complaints = [];
  const visit = { browser, origin, complaints };
  const engineer = await visitAs('engineer@acme.test', '/projects', { browser, origin });
  const project = await aProject(engineer, 'Etch study');
  const refused = await engineer.request.delete(projectEndpoints.remove.path.replace(':id', project.id));
  expect([403, 404]).toContain(refused.status());
  await request(engineer, projectEndpoints.edit, { id: project.id, version: 0, name: 'Etch study 2' });

  const admin = await visitAs('admin@acme.test', '/admin/audit', visit);
  const rows = admin.getByRole('row');
  const changed = rows.filter({ hasText: 'Changed project' }).filter({ hasText: 'Etch study 2' });
  await changed.getByRole('button').click();
  const fields = admin.getByRole('table', { name: /^What changed/ });
  expect(await fields.getByRole('row', { name: /^name/ }).textContent()).toMatch(/Etch study.*Etch study 2/);
  await admin.getByRole('button', { name: 'All about this record' }).click();
  // The list as it was goes, and what comes holds nothing else.
  const others = rows.filter({ hasText: 'Signed in' });
  await expect.poll(() => others.count()).toBe(0);
  await expect.poll(() => rows.filter({ hasText: /project/ }).count()).toBeGreaterThanOrEqual(2);
  expect(await others.count()).toBe(0);

  await admin.getByRole('button', { name: 'Export' }).click();
  const [download] = await Promise.all([
    admin.waitForEvent('download'),
    admin.getByRole('menuitem', { name: /CSV/ }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('audit.csv');
  const csv = await readFile(await download.path(), 'utf8');
  expect(csv).toContain('Etch study 2');
  expect(csv).not.toContain('session.begin');

  await admin.getByRole('button', { name: 'Verify' }).click();
  await admin.getByText(/Intact: all \d+ entries/).waitFor();
  // Somebody who has the database changes an entry.
  const connection = await connectMongo(store);
  await connection.collection('audit').updateOne({ 'record.name': 'Etch study 2' }, { $set: { 'by.name': 'Nobody' } });
  await connection.close();
  await admin.getByRole('button', { name: 'Verify' }).click();
  await admin.getByText('The trail was tampered with').waitFor();
  expect(complaints).toEqual([]);
});

test('the trail is narrowed by outcome, kind and day, in the address, and says when nothing matches', async () => {
  const { origin } = await startServer();
  const admin = await visitAs('admin@acme.test', '/admin/audit', { browser, origin });
  const rows = admin.getByRole('table', { name: 'Audit trail' }).getByRole('row');
  await admin.getByRole('button', { name: 'Everything' }).click();
  await admin.getByRole('menuitemradio', { name: 'Session' }).click();
  await admin.waitForURL('**kind=session');
  await expect
    .poll(async () => (await rows.allTextContents()).slice(1).every((text) => /Signed in/.test(text)))
    .toBe(true);
  await admin.getByLabel('to', { exact: true }).fill('2020-01-01');
  await admin.getByText('No entry matches').waitFor();
  await admin.reload();
  await admin.getByText('No entry matches').waitFor();
  await admin.getByRole('button', { name: 'Clear filters' }).click();
  await expect.poll(() => rows.count()).toBeGreaterThan(5);

  const viewer = await visitAs('viewer@acme.test', '/admin/audit', { browser, origin });
  await viewer.getByText('Only administrators see the audit trail').waitFor();
  expect(await viewer.getByRole('link', { name: 'Audit trail' }).count()).toBe(0);
});
