import { identityEndpoints } from '@cobench/shared/identity/identity';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bodyText, enterPassword, eventually, launchBrowser, visitAs } from './browser.ts';
import { request } from './fixtures.ts';
import { cutDocumentsOff, startBehindProxy } from './proxies.ts';
import { startServer } from './server.ts';
import { atWork, editor, kept, saved, write } from './writing.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const engineer = 'engineer@acme.test';

/** The session of this page ends elsewhere, while its person is writing. */
async function endSession(page: Page, origin: string): Promise<void> {
  const elsewhere = await visitAs(engineer, '/settings', { browser, origin });
  const ended = await elsewhere.request.post('/api/v1/me/end-other-sessions', { data: {} });
  expect(await ended.json()).toEqual({ ended: 1 });
  await page.getByText('You are signed out.').first().waitFor();
}

async function signIn(page: Page, email = engineer): Promise<void> {
  await page.getByRole('link', { name: 'Sign in with your organisation' }).click();
  const password = page.getByLabel('Password');
  const back = page.waitForURL((url) => url.pathname.startsWith('/notebook'));
  if (await Promise.race([password.waitFor().then(() => true), back.then(() => false)])) {
    await enterPassword(page, email);
    await back;
  }
}

test('[RT84] what is written after the session ended is kept, offered after the next sign-in, and added', async () => {
  const server = await startServer();
  const { page, path } = await atWork(browser, server.origin);
  await endSession(page, server.origin);
  await write(page, ' Written while signed out.');
  await page.getByText('Your changes are kept on this computer. Sign in to send them.').waitFor();
  await kept(page, 26);

  await page.reload();
  await signIn(page);
  await page.waitForURL(`**${path}`);
  await page.getByText(/26 changes were made here while you were signed out/).waitFor();
  await eventually(() => bodyText(page)).toBe('On the server.');
  await page.getByRole('button', { name: 'Look at them' }).click();
  await page.getByRole('dialog').getByText('Written while signed out.').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Add them' }).click();
  await saved(page);
  expect(await bodyText(page)).toBe('On the server. Written while signed out.');
  const elsewhere = await visitAs('pi@acme.test', path, { browser, origin: server.origin });
  await eventually(() => bodyText(elsewhere)).toBe('On the server. Written while signed out.');
  await page.reload();
  await eventually(() => bodyText(page)).toBe('On the server. Written while signed out.');
  expect(await page.getByText(/while you were signed out/).count()).toBe(0);
});

test('[RT84] what was written while signed out can be discarded, and nobody else who signs in here sees it', async () => {
  const server = await startServer();
  const { page, path } = await atWork(browser, server.origin);
  await endSession(page, server.origin);
  await write(page, ' Whose was this?');
  await kept(page, 16);

  await page.context().clearCookies();
  await page.goto(path);
  await signIn(page, 'pi@acme.test');
  await editor(page).waitFor();
  expect(await page.getByText(/while you were signed out/).count()).toBe(0);
  await eventually(() => bodyText(page)).toBe('On the server.');

  await page.context().clearCookies();
  await page.goto(path);
  await signIn(page);
  await page.getByRole('button', { name: 'Discard…' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Discard', exact: true }).click();
  await page.getByText(/while you were signed out/).waitFor({ state: 'detached' });
  await page.reload();
  await eventually(() => bodyText(page)).toBe('On the server.');
  expect(await page.getByText(/while you were signed out/).count()).toBe(0);
});

test('[RT86] a sign-out asks while something is not on the server; kept here, it is sent after the next sign-in', async () => {
  const proxy = await startBehindProxy('through');
  const { page, path } = await atWork(browser, proxy.origin);
  // The sign-out itself gets through.
  await cutDocumentsOff(page, proxy);
  await write(page, ' Unsent.');
  await kept(page, 8);
  const signOut = async () => {
    await page.getByRole('button', { name: /Mateo Herrera/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out', exact: true }).click();
  };
  await signOut();
  const dialog = page.getByRole('dialog', { name: 'Not everything is on the server yet' });
  await dialog.getByText(/8 changes/).waitFor();
  await dialog.getByRole('button', { name: 'Stay signed in' }).click();
  await signOut();
  await dialog.getByRole('button', { name: 'Sign out and keep them here' }).click();
  await page.getByText('You are signed out.').waitFor();

  const later = await page.context().newPage();
  proxy.upgrades = 'through';
  await page.context().unroute('**/collab-http**');
  await later.goto('/auth/sign-in?returnTo=/settings');
  await enterPassword(later, engineer);
  await later.waitForURL('**/settings');
  const colleague = await visitAs('pi@acme.test', path, { browser, origin: proxy.origin });
  await eventually(() => bodyText(colleague)).toBe('On the server. Unsent.');
});

test('[RT85] a role that is taken away keeps what was written under it, to be copied, and drops nothing by itself', async () => {
  const server = await startServer();
  const { page, path } = await atWork(browser, server.origin);
  const { id } = await request(page, identityEndpoints.me, {});
  const admin = await visitAs('admin@acme.test', '/people', { browser, origin: server.origin });
  await page.context().setOffline(true);
  await write(page, ' As an engineer.');
  await kept(page, 16);
  await request(admin, identityEndpoints.setRole, { id, was: 'engineer', role: 'viewer' });
  // Left before the network is back: this page still thinks that it has its role, and would send.
  await page.goto('about:blank');
  await page.context().setOffline(false);
  await page.goto(path);
  await page
    .getByText(/Your role reads here and does not write. 16 changes of yours are on this computer only/)
    .waitFor();
  expect(await bodyText(page)).toBe('On the server. As an engineer.');
  await page.getByRole('button', { name: 'Copy my text as markdown' }).waitFor();
  await page.getByRole('button', { name: /Start from the server/ }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Discard my changes' }).click();
  await eventually(() => bodyText(page)).toBe('On the server.');
  await expect.poll(() => page.getByText(/on this computer only/).count()).toBe(0);
});
