import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, visitAs, type Complaints } from './browser.ts';
import { startServer } from './server.ts';
import { atWork, kept as unsent, saved, write } from './writing.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const engineer = 'engineer@acme.test';

test('somebody sees where they are signed in, and signs a browser out that they left', async () => {
  const { origin } = await startServer();
  const left = await visitAs(engineer, '/runs', { browser, origin });
  const here = await visitAs(engineer, '/settings', { browser, origin });
  const sessions = here.getByRole('listitem').filter({ hasText: 'signed in' });
  await expect.poll(() => sessions.count()).toBe(2);
  expect(await sessions.filter({ hasText: 'This browser' }).count()).toBe(1);
  expect(await sessions.first().textContent()).toContain('Chrome on');

  await here.getByRole('button', { name: /^Sign out Chrome/ }).click();
  await here.getByText(/was signed out\./).waitFor();
  await expect.poll(() => sessions.count()).toBe(1);
  await left.reload();
  await left.waitForURL('**/sign-in**');
  expect((await here.request.get('/api/v1/me')).status()).toBe(200);
});

test('an administrator signs out somebody who is writing: nothing more gets in, and nothing is lost', async () => {
  const { origin } = await startServer();
  const { page } = await atWork(browser, origin);
  const admin = await visitAs('admin@acme.test', '/people', { browser, origin });
  await admin.getByLabel('Search people').fill('mateo');
  await expect.poll(() => admin.getByRole('row').count()).toBe(2);
  await admin.getByRole('button', { name: 'Manage Mateo Herrera' }).click();
  await admin.getByRole('menuitem', { name: 'Sign out…' }).click();
  await admin.getByRole('alertdialog').getByRole('button', { name: 'Sign out' }).click();
  await admin.getByText(/Mateo Herrera was signed out of 1 session\./).waitFor();

  await write(page, ' Too late.');
  await unsent(page, 10);
  await page.getByText('Sign in to send them').first().waitFor();
});

test('an administrator looks where somebody is signed in, and ends one of their sessions', async () => {
  const { origin } = await startServer();
  const [lost, kept] = [
    await visitAs(engineer, '/runs', { browser, origin }),
    await visitAs(engineer, '/runs', { browser, origin }),
  ];
  const admin = await visitAs('admin@acme.test', '/people', { browser, origin });
  await admin.getByRole('button', { name: 'Manage Mateo Herrera' }).click();
  await admin.getByRole('menuitem', { name: 'Where they are signed in' }).click();
  await admin.getByRole('heading', { name: 'Sessions' }).waitFor();
  const rows = admin.getByRole('row').filter({ hasText: 'Mateo Herrera' });
  await expect.poll(() => rows.count()).toBe(2);
  await rows.first().getByRole('button').click();
  await admin.getByText(/^Mateo Herrera was signed out of Chrome/).waitFor();
  await expect.poll(() => rows.count()).toBe(1);
  const answers = await Promise.all([lost, kept].map(async (page) => (await page.request.get('/api/v1/me')).status()));
  expect(answers.toSorted((a, b) => a - b)).toEqual([200, 401]);
  await admin.getByRole('link', { name: 'Show everybody' }).click();
  await admin.getByRole('row').filter({ hasText: 'This browser' }).waitFor();
});

test('who is no administrator sees colleagues and their roles, and nothing to do to them', async () => {
  const { origin } = await startServer();
  const page = await visitAs('viewer@acme.test', '/people', { browser, origin });
  const rows = page.getByRole('row');
  await expect.poll(() => rows.filter({ hasText: 'Principal investigator' }).count()).toBe(1);
  expect(await page.getByRole('button', { name: /^Manage/ }).count()).toBe(0);
});

test('an administrator lowers the role of somebody who is writing: the entry is read-only at once, and writable again with the role', async () => {
  const { origin } = await startServer();
  const complaints: Complaints = [];
  const { page } = await atWork(browser, origin);
  const admin = await visitAs('admin@acme.test', '/people', { browser, origin, complaints });
  const row = admin.getByRole('row').filter({ hasText: 'Mateo Herrera' });
  const giveRole = async (role: string) => {
    await admin.getByRole('button', { name: 'Manage Mateo Herrera' }).click();
    await admin.getByRole('menuitemradio', { name: role }).click();
    await row.getByText(role, { exact: true }).waitFor();
  };
  await giveRole('Viewer');
  await row.getByText('Engineer by sign-in').waitFor();
  await page.locator('.tiptap[contenteditable="false"]').waitFor();
  await giveRole('Engineer');
  await page.locator('.tiptap[contenteditable="true"]').waitFor();
  await write(page, ' Back at work.');
  await saved(page);
  await page.reload();
  await page.getByText('On the server. Back at work.').waitFor();

  // Both are in the trail, with what was before.
  await admin.getByRole('button', { name: 'Manage Mateo Herrera' }).click();
  await admin.getByRole('menuitem', { name: 'What they did' }).click();
  await admin.getByRole('heading', { name: 'Audit trail' }).waitFor();
  await admin.getByRole('button', { name: 'Clear filters' }).click();
  const changes = admin.getByRole('row').filter({ hasText: 'Changed person' });
  await changes.first().getByRole('button').click();
  const fields = admin.getByRole('table', { name: /^What changed/ });
  expect(await fields.getByRole('row', { name: /^role/ }).textContent()).toMatch(/viewer.*engineer/);
  expect(complaints).toEqual([]);
});

test('who is disabled is out while they write, keeps what they wrote, and may come back when enabled', async () => {
  const { origin } = await startServer();
  const { page } = await atWork(browser, origin);
  const admin = await visitAs('admin@acme.test', '/people', { browser, origin });
  await admin.getByRole('button', { name: 'Manage Mateo Herrera' }).click();
  await admin.getByRole('menuitem', { name: 'Disable…' }).click();
  await admin.getByRole('alertdialog').getByRole('button', { name: 'Disable' }).click();
  await admin.getByRole('row').filter({ hasText: 'Mateo Herrera' }).getByText('Disabled').waitFor();
  await write(page, ' Too late.');
  await unsent(page, 10);
  await page.getByText('Sign in to send them').first().waitFor();
  expect((await page.request.get('/api/v1/me')).status()).toBe(401);

  await admin.getByRole('button', { name: 'Manage Mateo Herrera' }).click();
  await admin.getByRole('menuitem', { name: 'Enable' }).click();
  await admin.getByText('Mateo Herrera may sign in again.').waitFor();
  const back = await visitAs(engineer, '/notebook', { browser, origin });
  expect((await back.request.get('/api/v1/me')).status()).toBe(200);
});

test('somebody makes a token for a script, which reads as they do, and revokes it', async () => {
  const { origin } = await startServer();
  const page = await visitAs(engineer, '/settings', { browser, origin });
  await page.getByRole('button', { name: 'New token' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Weekly report');
  await dialog.getByRole('button', { name: 'Make token' }).click();
  const secret = String(await dialog.getByLabel('The secret').textContent());
  expect(secret).toMatch(/^cbp_/);
  const read = () => fetch(`${origin}/api/v1/runs`, { headers: { authorization: `Bearer ${secret}` } });
  expect((await read()).status).toBe(200);
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect.poll(() => page.getByText(secret).count()).toBe(0);
  await page.getByRole('button', { name: 'Revoke Weekly report' }).click();
  await page.getByText('“Weekly report” was revoked.').waitFor();
  await page.getByRole('listitem').filter({ hasText: 'Weekly report' }).getByText('Revoked').waitFor();
  expect((await read()).status).toBe(401);
});
