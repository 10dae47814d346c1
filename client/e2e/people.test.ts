import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, visitAs } from './browser.ts';
import { startServer } from './server.ts';
import { atWork, kept, write } from './writing.ts';

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
  await admin.getByRole('button', { name: 'Sign out Mateo Herrera' }).click();
  await admin.getByRole('alertdialog').getByRole('button', { name: 'Sign out' }).click();
  await admin.getByText(/Mateo Herrera was signed out of 1 session\./).waitFor();

  await write(page, ' Too late.');
  await kept(page).waitFor();
  await page.getByText('Sign in to send them').first().waitFor();
});

test('who is no administrator sees colleagues and their roles, and nothing to do to them', async () => {
  const { origin } = await startServer();
  const page = await visitAs('viewer@acme.test', '/people', { browser, origin });
  const rows = page.getByRole('row');
  await expect.poll(() => rows.filter({ hasText: 'Principal investigator' }).count()).toBe(1);
  expect(await page.getByRole('button', { name: /^Sign out/ }).count()).toBe(0);
});
