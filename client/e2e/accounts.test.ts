import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, visitAs, visitor, type Complaints } from './browser.ts';
import { anEntry } from './fixtures.ts';
import { followMail, inviteTo } from './inviting.ts';
import { startServer } from './server.ts';
import { editor, saved, write } from './writing.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

test('an administrator invites an engineer, who makes an account, writes, forgets the password and comes back', async () => {
  const { origin } = await startServer();
  const complaints: Complaints = [];
  const admin = await visitAs('admin@acme.test', '/people', { browser, origin, complaints });
  const email = 'noor@lab.test';
  await inviteTo(admin, email, 'Engineer');
  await admin.getByRole('table', { name: 'Invitations' }).getByText(email).waitFor();

  const noor = await visitor({ browser, origin, complaints });
  await followMail(noor, email);
  await noor.getByText('You are invited to Acme Labs as engineer.').waitFor();
  await noor.getByLabel('Your name').fill('Noor Haddad');
  await noor.getByLabel('Choose a password').fill('short');
  await noor.getByRole('button', { name: 'Join Acme Labs' }).click();
  await noor.getByText(/^At least 12 characters\. A few words/).waitFor();
  await noor.getByLabel('Choose a password').fill('seven wet wafers');
  await noor.getByRole('button', { name: 'Join Acme Labs' }).click();
  await noor.waitForURL((url) => url.pathname === '/');
  const { id } = await anEntry(noor, 'First day');
  await noor.goto(`/notebook/${id}`);
  await editor(noor).waitFor();
  await write(noor, 'Here I am.');
  await saved(noor);
  await admin.reload();
  await admin.getByRole('row').filter({ hasText: 'Noor Haddad' }).getByText('Engineer').waitFor();
  expect(await admin.getByRole('table', { name: 'Invitations' }).count()).toBe(0);

  // Another browser, and no password in mind.
  const again = await visitor({ browser, origin });
  await again.goto(`/notebook/${id}`);
  await again.getByLabel('E-mail').fill(email);
  await again.getByLabel('Password').fill('was it this one');
  await again.getByRole('button', { name: 'Sign in', exact: true }).click();
  await again.getByText('E-mail or password is wrong.').waitFor();
  await again.getByRole('link', { name: 'Forgot your password?' }).click();
  // Not into the form that is just going.
  await again.getByRole('heading', { name: 'Forgot your password?' }).waitFor();
  await again.getByLabel('E-mail').fill(email);
  await again.getByRole('button', { name: 'Mail me a link' }).click();
  await again.getByText(/If there is an account with noor@lab.test/).waitFor();
  await expect
    .poll(async () => {
      await again.goto('/dev/mail');
      return again.getByText('Choose another password for Cobench').count();
    })
    .toBe(1);
  await again.getByRole('article').first().getByRole('link').click();
  await again.getByLabel('New password').fill('eight dry wafers');
  await again.getByRole('button', { name: 'Change password' }).click();
  await again.getByText('Your password is changed.').waitFor();
  await again.getByRole('link', { name: 'Go to sign in' }).click();
  await again.getByRole('heading', { name: 'Cobench' }).waitFor();
  await again.getByLabel('E-mail').fill(email);
  await again.getByLabel('Password').fill('eight dry wafers');
  await again.getByRole('button', { name: 'Sign in', exact: true }).click();
  await again.waitForURL((url) => url.pathname === '/');
  // The first browser is out.
  expect((await noor.request.get('/api/v1/me')).status()).toBe(401);
  expect(complaints.filter((complaint) => !/status of 40[01]/.test(complaint))).toEqual([]);
});

test('who is signed in already joins as themselves and works in the other organisation; a link that is spent says so', async () => {
  const { origin } = await startServer();
  const admin = await visitAs('admin@borealis.test', '/people', { browser, origin });
  const email = 'engineer@acme.test';
  await inviteTo(admin, email, 'Viewer');
  const engineer = await visitAs(email, '/runs', { browser, origin });
  await followMail(engineer, email);
  await engineer.getByText('You are signed in as Mateo Herrera').waitFor();
  const link = engineer.url();
  await engineer.getByRole('button', { name: 'Join Borealis Institute' }).click();
  await engineer.waitForURL((url) => url.pathname === '/');
  await engineer.getByText('Borealis Institute').first().waitFor();
  const late = await visitor({ browser, origin });
  await late.goto(link);
  await late.getByText('This invitation was taken up or back already').waitFor();
});

test('an administrator takes an invitation back; a password is changed in the settings', async () => {
  const { origin } = await startServer();
  const admin = await visitAs('admin@acme.test', '/people', { browser, origin });
  await inviteTo(admin, 'wrong@lab.test', 'Technician');
  await admin.getByRole('button', { name: 'Take back the invitation of wrong@lab.test' }).click();
  await admin.getByText('The invitation of wrong@lab.test was taken back.').waitFor();
  await expect.poll(() => admin.getByRole('table', { name: 'Invitations' }).count()).toBe(0);
  await inviteTo(admin, 'right@lab.test', 'Technician');

  const page = await visitor({ browser, origin });
  await followMail(page, 'right@lab.test');
  await page.getByLabel('Your name').fill('Lee Park');
  await page.getByLabel('Choose a password').fill('seven wet wafers');
  await page.getByRole('button', { name: 'Join Acme Labs' }).click();
  await page.waitForURL((url) => url.pathname === '/');
  await page.goto('/settings');
  await page.getByLabel('Present password').fill('not this one');
  await page.getByLabel('New password').fill('eight dry wafers');
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.getByText('This is not your password.').waitFor();
  await page.getByLabel('Present password').fill('seven wet wafers');
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.getByText('Your password is changed. Every other session has ended.').waitFor();
});
