import { readFile } from 'node:fs/promises';
import { notebookEndpoints } from '@cobench/shared/notebook/entry';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bodyText, eventually, launchBrowser, visitAs, type Complaints } from './browser.ts';
import { anEntry, request } from './fixtures.ts';
import { startServer } from './server.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const title = (page: Page) => page.getByRole('textbox', { name: 'Title', exact: true });
const panel = (page: Page) => page.getByRole('region', { name: 'Properties' });
const box = (page: Page, name: string) => panel(page).getByRole('textbox', { name, exact: true });
/** Names of the fields from top to bottom. */
const order = async (page: Page) => (await panel(page).locator('dt').allTextContents()).map((name) => name.trim());

/** Adds a field under a name. */
async function addField(page: Page, name: string, kind: string): Promise<void> {
  await panel(page).getByRole('button', { name: 'Add a field' }).press('Enter');
  await page.keyboard.type(name);
  await page.getByRole('option', { name: `${kind} “${name}”` }).click();
}

test('two people write the title and the fields of an entry at once; a list follows within two seconds, a viewer only sees', async () => {
  const server = await startServer();
  const complaints: Complaints = [];
  const visit = { browser, origin: server.origin, complaints };
  const engineer = await visitAs('engineer@acme.test', '/notebook', visit);
  const { id, projectId } = await anEntry(engineer, 'Etch');
  const path = `/notebook/${id}`;
  await engineer.goto(path);
  const [pi, viewer, list] = await Promise.all([
    visitAs('pi@acme.test', path, visit),
    visitAs('viewer@acme.test', path, visit),
    visitAs('technician@acme.test', `/notebook?project=${projectId}`, visit),
  ]);
  await viewer.getByRole('heading', { level: 1, name: 'Etch' }).waitFor();
  await list.getByRole('link', { name: 'Etch' }).waitFor();

  // Both in the title, at its two ends.
  await title(engineer).press('End');
  await title(pi).press('Home');
  await Promise.all([engineer.keyboard.type(' of oxide', { delay: 15 }), pi.keyboard.type('Dry ', { delay: 25 })]);
  for (const page of [engineer, pi]) await eventually(() => title(page).inputValue()).toBe('Dry Etch of oxide');
  const before = performance.now();
  await list.getByRole('link', { name: 'Dry Etch of oxide' }).waitFor();
  // Two seconds are promised; the rest is for a machine that runs four browsers besides.
  expect(performance.now() - before).toBeLessThan(4000);
  await viewer.getByRole('heading', { level: 1, name: 'Dry Etch of oxide' }).waitFor();
  await pi.getByText('Mateo Herrera: editing here').waitFor();

  // A number with a unit, by keyboard; the other sees who is in it, and what is typed.
  await addField(engineer, 'Pressure', 'Number');
  await box(engineer, 'Pressure').focus();
  await engineer.keyboard.type('3,5');
  await eventually(() => box(pi, 'Pressure').inputValue()).toBe('3,5');
  for (const page of [engineer, pi, viewer]) await page.getByText('“3,5” is not a number.').waitFor();
  await box(engineer, 'Pressure').fill('30.0');
  await viewer.getByText('is not a number').waitFor({ state: 'detached' });
  await engineer.getByRole('button', { name: 'Unit of Pressure: none' }).press('Enter');
  await engineer.keyboard.type('mTorr');
  await engineer.keyboard.press('Enter');
  await viewer.getByText('30.0 mTorr').waitFor();

  // Two dates at once: both see the same one.
  await addField(pi, 'Etched', 'Date');
  await panel(engineer).getByLabel('Etched', { exact: true }).waitFor();
  const day = (page: Page) => panel(page).getByLabel('Etched', { exact: true });
  await Promise.all([day(engineer).fill('2026-11-20'), day(pi).fill('2026-11-19')]);
  await eventually(async () => {
    const days = await Promise.all([engineer, pi].map((page) => day(page).inputValue()));
    return new Set(days).size === 1 && days[0];
  }).toMatch(/2026-11-(19|20)/);

  // A text that both type in, a choice that is made up, and a person.
  await addField(engineer, 'Lot', 'Text');
  await box(pi, 'Lot').waitFor();
  await box(engineer, 'Lot').focus();
  await box(pi, 'Lot').focus();
  await Promise.all([engineer.keyboard.type('ACM', { delay: 10 }), pi.keyboard.type('2217', { delay: 10 })]);
  await eventually(async () => (await box(engineer, 'Lot').inputValue()).length).toBe(7);
  await eventually(() => box(pi, 'Lot').inputValue()).toBe(await box(engineer, 'Lot').inputValue());
  await addField(pi, 'Ring', 'Choice');
  await pi.getByRole('button', { name: 'Ring: empty' }).press('Enter');
  await pi.getByRole('combobox', { name: 'Ring' }).fill('New');
  await pi.getByRole('option', { name: 'New choice “New”' }).waitFor();
  await pi.keyboard.press('Enter');
  await engineer.getByRole('button', { name: 'Ring: New' }).waitFor();
  await addField(engineer, 'Owner', 'Person');
  await engineer.getByRole('button', { name: 'Owner: empty' }).press('Enter');
  await engineer.keyboard.type('ingr');
  await engineer.getByRole('option', { name: /Ingrid Solberg/ }).waitFor();
  await panel(pi).getByText('Mateo Herrera: editing here').waitFor();
  await engineer.keyboard.press('Enter');
  await pi.getByRole('button', { name: 'Owner: Ingrid Solberg' }).waitFor();

  // Tags of both, by word and by list.
  for (const [page, tag] of [
    [engineer, 'SiO₂, etch'],
    [pi, 'wet'],
  ] as const) {
    await page.getByRole('button', { name: 'Add tag' }).press('Enter');
    await page.keyboard.type(tag);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
  }
  for (const tag of ['SiO₂', 'etch', 'wet']) await viewer.getByRole('link', { name: tag }).waitFor();

  // Another order, for everybody.
  expect(await order(viewer)).toEqual(['Tags', 'Pressure', 'Etched', 'Lot', 'Ring', 'Owner']);
  await engineer.getByRole('button', { name: 'Lot: field menu' }).press('Alt+ArrowUp');
  await eventually(() => order(viewer)).toEqual(['Tags', 'Pressure', 'Lot', 'Etched', 'Ring', 'Owner']);

  // Deleted by one, and brought back.
  await pi.getByRole('button', { name: 'Ring: field menu' }).click();
  await pi.getByRole('menuitem', { name: 'Delete field' }).click();
  await eventually(() => order(viewer)).not.toContain('Ring');
  await pi.getByRole('button', { name: 'Undo' }).last().click();
  await engineer.getByRole('button', { name: 'Ring: New' }).waitFor();

  // The viewer reads, and finds nothing to change.
  expect(await title(viewer).count()).toBe(0);
  expect(await panel(viewer).getByRole('textbox').count()).toBe(0);
  expect(await panel(viewer).getByRole('button').count()).toBe(0);

  // Lists: by tag, by word, by value.
  await list.getByRole('button', { name: /wet/ }).click();
  await list.waitForURL(/tags=wet/);
  await list.getByRole('link', { name: 'Dry Etch of oxide' }).waitFor();
  await engineer.getByRole('button', { name: 'Remove tag wet' }).click();
  await list.getByRole('link', { name: 'Dry Etch of oxide' }).waitFor({ state: 'detached' });
  await list.goto('/notebook?project=all&q=30.0 mtorr');
  await list.getByRole('link', { name: 'Dry Etch of oxide' }).waitFor();
  await engineer.getByRole('button', { name: 'Ring: field menu' }).click();
  await engineer.getByRole('menuitem', { name: 'Entries with this value' }).click();
  await engineer.waitForURL(/field=Ring&is=New/);
  await engineer.getByRole('link', { name: 'Dry Etch of oxide' }).waitFor();
  expect(complaints).toEqual([]);
});

test('a field is added, named, filled, moved and renamed by keyboard alone', async () => {
  const server = await startServer();
  const page = await visitAs('engineer@acme.test', '/notebook', { browser, origin: server.origin });
  const { id } = await anEntry(page, 'Etch');
  await page.goto(`/notebook/${id}`);
  await addField(page, 'Etcher', 'Text');
  await box(page, 'Etcher').fill('RIE-1');
  const keys = page.keyboard;

  // Without a name it asks for one, and then for its value.
  await panel(page).getByRole('button', { name: 'Add a field' }).press('Enter');
  const kinds = page.getByRole('group', { name: 'New field' });
  await kinds.getByRole('option', { name: 'Sample' }).waitFor();
  await keys.press('End');
  await keys.press('Enter');
  await page.getByRole('textbox', { name: 'Name of the field' }).waitFor();
  await keys.type('Coupon');
  await keys.press('Enter');
  await keys.type('C-7');
  expect(await box(page, 'Coupon').inputValue()).toBe('C-7');

  await keys.press('Shift+Tab');
  await keys.press('Alt+ArrowUp');
  await eventually(() => order(page)).toEqual(['Tags', 'Coupon', 'Etcher']);
  await keys.press('Enter');
  await page.getByRole('menuitem', { name: 'Rename' }).waitFor();
  await keys.press('Enter');
  await keys.type('Piece');
  await keys.press('Enter');
  await eventually(() => order(page)).toEqual(['Tags', 'Piece', 'Etcher']);
  await keys.press('Tab');
  expect(await box(page, 'Piece').evaluate((element) => element === document.activeElement)).toBe(true);
});

test('what is typed into a title without a connection comes in when it is back; undo leaves alone what others wrote', async () => {
  const server = await startServer();
  const visit = { browser, origin: server.origin };
  const engineer = await visitAs('engineer@acme.test', '/notebook', visit);
  const { id } = await anEntry(engineer, 'Etch');
  await engineer.goto(`/notebook/${id}`);
  const pi = await visitAs('pi@acme.test', `/notebook/${id}`, visit);
  await title(pi).waitFor();
  await title(engineer).press('End');
  await engineer.context().setOffline(true);
  await engineer.keyboard.type(' 14');
  await engineer
    .getByText(/changes? on this computer/)
    .first()
    .waitFor();
  await title(pi).press('Home');
  await pi.keyboard.type('Dry ');
  await engineer.context().setOffline(false);
  for (const page of [engineer, pi]) await eventually(() => title(page).inputValue()).toBe('Dry Etch 14');

  // Undo takes back one's own, and leaves what the other wrote.
  await title(engineer).press('Control+z');
  for (const page of [engineer, pi]) await eventually(() => title(page).inputValue()).toBe('Dry Etch');
  await title(engineer).press('Control+Shift+z');
  await eventually(() => title(pi).inputValue()).toBe('Dry Etch 14');
});

test('properties leave with the markdown file and come back with it, into a new entry that is named first', async () => {
  const server = await startServer();
  const page = await visitAs('engineer@acme.test', '/notebook', { browser, origin: server.origin });
  const { id, projectId } = await anEntry(page, 'Etch 14');
  await page.goto(`/notebook/${id}`);
  await addField(page, 'Wafer', 'Sample');
  await box(page, 'Wafer').fill('W-0142');
  await page.locator('.tiptap').click();
  await page.keyboard.type('Plan');
  await page.getByRole('button', { name: 'More', exact: true }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Download .md' }).click(),
  ]);
  const file = await readFile(await download.path(), 'utf8');
  expect(file).toContain('title: "Etch 14"');

  const copy = await request(page, notebookEndpoints.create, { projectId });
  await page.goto(`/notebook/${copy.id}`);
  await title(page).waitFor();
  // It has no name yet, so that is where one begins.
  await eventually(() => title(page).evaluate((element) => element === document.activeElement)).toBe(true);
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Import markdown…' }).click();
  await page.getByRole('textbox', { name: 'Markdown', exact: true }).fill(file);
  await page.getByRole('button', { name: 'Add at the end' }).click();
  await eventually(() => title(page).inputValue()).toBe('Etch 14');
  expect(await box(page, 'Wafer').inputValue()).toBe('W-0142');
  expect((await bodyText(page)).trim()).toBe('Plan');
});
