import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, launchBrowser, visitAs, visitor, type Complaints } from './browser.ts';
import { anEntry, chooseProject } from './fixtures.ts';
import { startServer } from './server.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const switcher = (page: Page) => page.getByRole('button', { name: /^Project:/ });

test('a project is created, selects itself everywhere, is renamed, deleted and brought back', async () => {
  const server = await startServer();
  const complaints: Complaints = [];
  const visit = { browser, origin: server.origin, complaints };
  const pi = await visitAs('pi@acme.test', '/projects', visit);
  const colleague = await visitAs('engineer@acme.test', '/projects', visit);
  const secondTab = await pi.context().newPage();
  await secondTab.goto('/runs');

  await switcher(pi).click();
  await pi.getByRole('option', { name: 'New project…' }).click();
  await pi.getByRole('textbox', { name: 'Name' }).fill('Copper seed');
  await pi.getByRole('button', { name: 'Create project' }).click();
  for (const page of [pi, secondTab]) await eventually(() => switcher(page).textContent()).toContain('Copper seed');
  await pi.reload();
  await eventually(() => switcher(pi).textContent()).toContain('Copper seed');
  await colleague.getByRole('link', { name: 'Copper seed' }).waitFor();

  await pi.goto('/projects');
  await pi.getByRole('button', { name: 'Rename or describe Copper seed' }).click();
  await pi.getByRole('textbox', { name: 'Name' }).fill('Copper seed layer');
  await pi.getByRole('button', { name: 'Save' }).click();
  await colleague.getByRole('link', { name: 'Copper seed layer' }).waitFor();

  expect(await colleague.getByRole('button', { name: 'Delete Copper seed layer' }).count()).toBe(0);
  await pi.getByRole('button', { name: 'Delete Copper seed layer' }).click();
  await pi
    .getByRole('alertdialog')
    .getByRole('button', { name: /^Delete/ })
    .click();
  await colleague.getByRole('link', { name: 'Copper seed layer' }).waitFor({ state: 'detached' });
  await pi.getByRole('button', { name: 'Undo' }).click();
  await colleague.getByRole('link', { name: 'Copper seed layer' }).waitFor();
  expect(complaints).toEqual([]);
});

test('an entry is started from the list, renamed, filled from the slash menu and exported as markdown', async () => {
  const server = await startServer();
  const page = await visitAs('engineer@acme.test', '/notebook', { browser, origin: server.origin });
  await chooseProject(page, 'ALD alumina');
  await page.getByRole('button', { name: 'New entry' }).click();
  await page.waitForURL(/\/notebook\/.+/);
  await page.locator('.tiptap[contenteditable="true"]').click();
  await page.keyboard.type('/heading');
  await page.getByRole('option', { name: /Heading 2/ }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.type('Plan\n[ ] weigh\nmeasure');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await page.keyboard.type('/table');
  await page.getByRole('option', { name: /^Table/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.type('cycles');
  await page.getByText(/Saved \d/).waitFor();

  const id = new URL(page.url()).pathname.split('/').at(-1);
  await eventually(async () => {
    const response = await page.request.get(`/api/v1/entries/${id}/markdown`);
    return ((await response.json()) as { markdown: string }).markdown;
  }).toMatch(/## Plan\s+- \[ \] weigh\s+- \[ \] measure\s+\| cycles/);
  await page.goto('/notebook');
  await page.getByText('weigh', { exact: false }).first().waitFor();
});

test('signing out ends it in every tab at once, and the way back in leads to the same page', async () => {
  const server = await startServer();
  const page = await visitAs('engineer@acme.test', '/notebook', { browser, origin: server.origin });
  const { id } = await anEntry(page);
  const otherTab = await page.context().newPage();
  await otherTab.goto(`/notebook/${id}`);
  await otherTab.locator('.tiptap[contenteditable="true"]').waitFor();

  await page.getByRole('button', { name: /Mateo Herrera/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out', exact: true }).click();
  await page.getByText('You are signed out.').waitFor();
  await otherTab.waitForURL(/\/sign-in/);
  expect((await page.request.get('/api/v1/me')).status()).toBe(401);

  await page.goto('/instruments');
  await page.getByRole('link', { name: 'Sign in with your organisation' }).click();
  await page.getByLabel('E-mail').fill('engineer@acme.test');
  await page.getByLabel('Password').fill('wrong');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('alert').waitFor();
  await page.getByLabel('Password').fill('cobench-demo');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL('**/instruments');
});

test('a stranger sees the sign-in card, a viewer no button that would be refused', async () => {
  const server = await startServer();
  const stranger = await visitor({ browser, origin: server.origin });
  await stranger.goto('/runs');
  await stranger.getByRole('link', { name: 'Sign in with your organisation' }).waitFor();
  const viewer = await visitAs('viewer@borealis.test', '/runs', { browser, origin: server.origin });
  await viewer.getByText('B-07').first().waitFor();
  expect(await viewer.getByText('Wafer 12, new ring').count()).toBe(0);
  await chooseProject(viewer, 'Fed-batch platform');
  await viewer.getByText('B-07').first().waitFor();
  expect(await viewer.getByRole('button', { name: 'New run' }).count()).toBe(0);
});
