import { historyEndpoints } from '@cobench/shared/history/history';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bodyText, eventually, launchBrowser, visitAs, type Complaints } from './browser.ts';
import { anEntry, aProject, request } from './fixtures.ts';
import { startServer } from './server.ts';
import { saved } from './writing.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const past = (page: Page) => page.locator('article.past');

test('two people write, name a version, see who wrote what, compare, restore while one is typing, and watch it again', async () => {
  const server = await startServer();
  const complaints: Complaints = [];
  const visit = { browser, origin: server.origin, complaints };
  const mateo = await visitAs('engineer@acme.test', '/notebook', visit);
  const { id } = await anEntry(mateo, 'Oxide etch');
  const path = `/notebook/${id}`;
  await mateo.goto(path);
  const ingrid = await visitAs('pi@acme.test', path, visit);
  await mateo.locator('.tiptap[contenteditable="true"]').click();
  await mateo.keyboard.type('# Plan\nThe rate was 31.8 nm per minute.');
  await eventually(() => bodyText(ingrid)).toContain('per minute.');
  await ingrid.locator('.tiptap').focus();
  await ingrid.keyboard.press('Control+End');
  await ingrid.keyboard.type(' Steady after eight seconds.');
  await eventually(() => bodyText(mateo)).toContain('eight seconds.');
  await Promise.all([saved(mateo), saved(ingrid)]);

  // Who wrote what, and a name for it.
  const historian = await mateo.context().newPage();
  await historian.goto(path);
  await historian.getByRole('link', { name: 'History' }).click();
  await historian.getByRole('heading', { level: 1, name: 'History of Oxide etch' }).waitFor();
  const ofIngrid = historian.locator('[data-by]', { hasText: 'Steady after eight seconds.' });
  await ofIngrid.waitFor();
  expect(await ofIngrid.getAttribute('title')).toContain('Written by Ingrid Solberg');
  await past(historian).focus();
  await historian.keyboard.press('ArrowRight');
  await historian.getByRole('status').getByText('Written by Mateo Herrera').waitFor();
  await historian.getByText('Names', { exact: true }).click();
  await eventually(() => past(historian).textContent()).toMatch(/Ingrid Solberg\s*Steady/);
  await historian.getByRole('button', { name: 'Name this version' }).click();
  await historian.getByRole('textbox', { name: 'Name' }).fill('Before review');
  await historian.getByRole('button', { name: 'Name it' }).click();
  const named = historian.getByRole('navigation', { name: 'Versions' }).getByRole('link', { name: /^Before review/ });
  await named.waitFor();

  // Something changes, and the difference is read word by word.
  await mateo.locator('.tiptap').getByText('31.8').dblclick();
  await mateo.locator('.tiptap').focus();
  await mateo.keyboard.press('Control+Home');
  await mateo.keyboard.press('End');
  await mateo.keyboard.type(' B');
  await eventually(() => bodyText(ingrid)).toContain('Plan B');
  await saved(mateo);
  await named.click();
  await historian.getByRole('link', { name: 'Compare with now' }).click();
  await historian.locator('ins', { hasText: 'B' }).waitFor();
  await historian.getByText('1 word added').waitFor();
  expect(new URL(historian.url()).searchParams.get('from')).toMatch(/^\d+$/);

  // Restored while the other types: what she writes stays.
  await historian.goBack();
  await historian.getByRole('button', { name: 'Restore…' }).click();
  const typing = ingrid.locator('.tiptap').focus();
  await typing;
  await ingrid.keyboard.press('Control+End');
  const keys = ingrid.keyboard.type(' Typed while he restored it.', { delay: 20 });
  await historian.getByRole('alertdialog').getByRole('button', { name: 'Restore', exact: true }).click();
  await historian.getByText('“Before review” is back.').waitFor();
  await keys;
  for (const page of [mateo, ingrid]) await eventually(() => bodyText(page)).not.toContain('Plan B');
  const restored = await bodyText(ingrid);
  expect(restored).toContain('The rate was 31.8 nm per minute. Steady after eight seconds.');
  await eventually(() => bodyText(mateo)).toBe(restored);
  await historian.getByRole('button', { name: 'Undo' }).click();
  for (const page of [mateo, ingrid]) await eventually(() => bodyText(page)).toContain('Plan B');

  // The activity, and all of it again as a film.
  await historian.goto(`${path}/history?view=activity`);
  await historian.getByText('named a version “Before review”').waitFor();
  expect(await historian.getByText('brought an earlier version back').count()).toBe(2);
  await historian.goto(`${path}/history?view=replay`);
  const slider = historian.getByRole('slider', { name: 'Moment' });
  await historian.getByText(/0 of [1-9]\d* changes/).waitFor();
  await slider.focus();
  await historian.keyboard.press('End');
  await eventually(() => past(historian).textContent()).toContain('Plan B');
  await historian.keyboard.press('Home');
  await historian.keyboard.press('ArrowRight');
  await historian.keyboard.press('ArrowRight');
  await historian.getByText(/ 2 of [1-9]\d* changes|^2 of [1-9]\d* changes/).waitFor();
  await historian.getByText('50×').click();
  await historian.getByRole('button', { name: 'Play' }).click();
  await eventually(() => past(historian).textContent()).toContain('Plan B');
  await historian.getByRole('button', { name: 'Play' }).waitFor();
  expect(complaints).toEqual([]);
});

test('a viewer reads the history and changes nothing; that of run notes is the same', async () => {
  const server = await startServer();
  const technician = await visitAs('technician@acme.test', '/runs', { browser, origin: server.origin });
  const engineer = await visitAs('engineer@acme.test', '/', { browser, origin: server.origin });
  const { id: projectId } = await aProject(engineer);
  const run = await request(technician, runEndpoints.create, { projectId, name: 'Wafer 19' });
  await technician.goto(`/runs/${run.id}`);
  await technician.locator('.tiptap[contenteditable="true"]').click();
  await technician.keyboard.type('Plasma flickers at the edge.');
  await saved(technician);
  await technician.getByRole('region', { name: 'Notes' }).getByRole('button', { name: 'More' }).click();
  await technician.getByRole('menuitem', { name: 'History of the notes' }).click();
  await technician.getByRole('heading', { level: 1, name: 'History of Wafer 19' }).waitFor();
  await eventually(() => past(technician).textContent()).toContain('Plasma flickers');
  const { seq } = await request(technician, historyEndpoints.run.nameVersion, { id: run.id, name: 'First look' });

  const viewer = await visitAs('viewer@acme.test', `/runs/${run.id}/history?seq=${seq}`, {
    browser,
    origin: server.origin,
  });
  await eventually(() => past(viewer).textContent()).toContain('Plasma flickers');
  await viewer.getByRole('heading', { level: 2, name: 'First look' }).waitFor();
  expect(await viewer.getByRole('button', { name: /Restore|Rename|Name this/ }).count()).toBe(0);
  expect(
    (await viewer.request.post(`/api/v1/runs/${run.id}/notes/history/restore`, { data: { seq: 0 } })).status(),
  ).toBe(403);
});
