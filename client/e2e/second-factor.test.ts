import { createHmac } from 'node:crypto';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { barriers } from './barriers.ts';
import { launchBrowser, visitAs, visitor, type Complaints } from './browser.ts';
import { aProject, request } from './fixtures.ts';
import { followMail, inviteTo } from './inviting.ts';
import { startServer } from './server.ts';
import { editor, write } from './writing.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

/** Gives the browser of a page an authenticator whose owner always agrees. */
async function withAuthenticator(page: Page): Promise<void> {
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('WebAuthn.enable');
  await devTools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

/** What an authenticator app shows for a secret now, or some steps of half a minute later (RFC 6238). */
function codeOf(secret: string, later = 0): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = Array.from(secret, (letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const hash = createHmac('sha1', key).update(step).digest();
  const at = Number(hash.at(-1)) & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** Sets an authenticator app up in a form that is open; answers its secret. */
async function scan(page: Page): Promise<string> {
  const secret = String(await page.getByLabel('The secret').textContent()).replaceAll(/\s/g, '');
  await page.getByRole('textbox', { name: 'Code' }).fill(codeOf(secret));
  await page.getByRole('button', { name: 'Use this app' }).click();
  return secret;
}

async function signOutOf(page: Page): Promise<void> {
  await page.request.post('/auth/sign-out', { headers: { origin: new URL(page.url()).origin } });
  await page.goto('/sign-in');
}

test('a technician who was invited signs in with a passkey, and loses the role while writing: read-only at once', async () => {
  const { origin } = await startServer();
  const complaints: Complaints = [];
  const visit = { browser, origin, complaints };
  const admin = await visitAs('admin@acme.test', '/people', visit);
  const { id: projectId } = await aProject(admin);
  const run = await request(admin, runEndpoints.create, { projectId, name: 'Wafer 19' });
  await inviteTo(admin, 'noor@lab.test', 'Technician');

  const noor = await visitor(visit);
  await withAuthenticator(noor);
  await followMail(noor, 'noor@lab.test');
  await noor.getByLabel('Your name').fill('Noor Haddad');
  await noor.getByLabel('Choose a password').fill('seven wet wafers');
  await noor.getByRole('button', { name: 'Join Acme Labs' }).click();
  await noor.waitForURL((url) => url.pathname === '/');
  await noor.goto('/settings');
  await noor.getByRole('button', { name: 'Add passkey' }).click();
  await noor.getByRole('dialog').getByLabel('Name').fill('Clean room laptop');
  await noor.getByRole('dialog').getByRole('button', { name: 'Add passkey' }).click();
  const codes = noor.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem');
  await expect.poll(() => codes.count()).toBe(10);
  expect(await barriers(noor)).toEqual([]);
  await noor.getByRole('button', { name: 'I have kept them' }).click();
  await noor.getByText('Clean room laptop').waitFor();

  await signOutOf(noor);
  await noor.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await noor.waitForURL((url) => url.pathname === '/');
  await noor.goto(`/runs/${run.id}`);
  await editor(noor).waitFor();
  await write(noor, 'Wafer 19 is in.');
  await noor.getByText(/Saved \d/).waitFor();

  await admin.reload();
  await admin.getByRole('button', { name: 'Manage Noor Haddad' }).click();
  await admin.getByRole('menuitemradio', { name: 'Viewer' }).click();
  await noor.locator('.tiptap[contenteditable="false"]').waitFor();
  await noor.getByText('Wafer 19 is in.').waitFor();
  // Browsers complain of the question who is here, before somebody is.
  expect(complaints.filter((complaint) => !complaint.includes('status of 401'))).toEqual([]);
});

test('who sits at a screen that was open for long is asked who it is before a factor is added', async () => {
  const { origin } = await startServer();
  const admin = await visitAs('admin@acme.test', '/people', { browser, origin });
  await inviteTo(admin, 'noor@lab.test', 'Technician');
  const noor = await visitor({ browser, origin });
  await followMail(noor, 'noor@lab.test');
  await noor.getByLabel('Your name').fill('Noor Haddad');
  await noor.getByLabel('Choose a password').fill('seven wet wafers');
  await noor.getByRole('button', { name: 'Join Acme Labs' }).click();
  await noor.waitForURL((url) => url.pathname === '/');
  // The quarter of an hour is over for the first question.
  const problem = {
    type: 'confirmation.required',
    title: 'Confirm that it is you to continue.',
    status: 403,
    instance: '',
  };
  await noor.route('**/me/authenticator/secret', (route) => route.fulfill({ status: 403, json: problem }), {
    times: 1,
  });
  await noor.goto('/settings');
  await noor.getByRole('button', { name: 'Set up an authenticator app' }).click();
  const question = noor.getByRole('dialog', { name: 'Confirm that it is you' });
  await question.getByLabel('Password').fill('was it this one');
  expect(await barriers(noor)).toEqual([]);
  await question.getByRole('button', { name: 'Confirm' }).click();
  await question.getByText('This is not your password.').waitFor();
  await question.getByLabel('Password').fill('seven wet wafers');
  await question.getByRole('button', { name: 'Confirm' }).click();
  await scan(noor);
  await noor.getByRole('button', { name: 'I have kept them' }).click();
  await noor.getByText('10 left').waitFor();
});

test('an organisation asks for a second factor: who has none sets one up and goes on where they were', async () => {
  const { origin } = await startServer();
  const colleague = await visitAs('engineer@acme.test', '/runs', { browser, origin });
  const admin = await visitAs('admin@acme.test', '/settings', { browser, origin });
  await admin.getByRole('button', { name: 'Set up an authenticator app' }).click();
  const secret = await scan(admin);
  await admin.getByRole('button', { name: 'I have kept them' }).click();
  await admin.goto('/admin/organisation');
  await admin.getByRole('button', { name: 'Ask for it…' }).click();
  await admin.getByRole('alertdialog').getByRole('button', { name: 'Ask for it' }).click();
  await admin.getByText('A second factor is asked for now.').waitFor();

  await colleague.reload();
  await colleague.waitForURL('**/sign-in**');
  await colleague.getByRole('link', { name: /^Sign in with/ }).click();
  // Their provider remembers them.
  await colleague.getByText('Your organisation asks for a second factor.').waitFor();
  // A reload in the middle comes back to the same step.
  await colleague.reload();
  expect(await barriers(colleague)).toEqual([]);
  await colleague.getByRole('button', { name: 'Authenticator app' }).click();
  await colleague.getByLabel('The secret').waitFor();
  expect(await barriers(colleague)).toEqual([]);
  await scan(colleague);
  const first = String(
    await colleague.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem').first().textContent(),
  );
  await colleague.getByRole('button', { name: 'I have kept them, go on' }).click();
  await colleague.waitForURL((url) => url.pathname === '/runs');

  // The administrator comes back with the code of the app; a wrong one is said to be wrong.
  await signOutOf(admin);
  await admin.getByRole('link', { name: /^Sign in with/ }).click();
  await admin.getByRole('textbox', { name: 'Code' }).fill('000000');
  await admin.getByRole('button', { name: 'Sign in', exact: true }).click();
  await admin.getByText('The code is wrong, or was used already.').waitFor();
  expect(await barriers(admin)).toEqual([]);
  await admin.getByRole('textbox', { name: 'Code' }).fill(codeOf(secret, 1));
  await admin.getByRole('button', { name: 'Sign in', exact: true }).click();
  await admin.waitForURL((url) => url.pathname === '/');

  // The colleague lost the phone.
  await signOutOf(colleague);
  await colleague.getByRole('link', { name: /^Sign in with/ }).click();
  await colleague.getByRole('textbox', { name: 'Code' }).fill(first);
  await colleague.getByRole('button', { name: 'Sign in', exact: true }).click();
  await colleague.waitForURL((url) => url.pathname === '/');
  await colleague.goto('/settings');
  await colleague.getByText('9 left').waitFor();
});
