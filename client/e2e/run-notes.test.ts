import { projectEndpoints } from '@cobench/shared/projects/project';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bodyText, drawn, eventually, launchBrowser, visitAs, type Complaints } from './browser.ts';
import { aProject, request } from './fixtures.ts';
import { startServer } from './server.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const notes = (page: Page) => page.locator('.tiptap');
const text = async (page: Page) => (await bodyText(page)).trim();

async function toTheEnd(page: Page): Promise<void> {
  await notes(page).focus();
  await drawn(page);
  await page.keyboard.press('Control+End');
  await drawn(page);
}

test('run notes keep every promise of an entry: written by two, watched by a viewer, kept through cuts and kills', async () => {
  const server = await startServer();
  const complaints: Complaints = [];
  const visit = { browser, origin: server.origin, complaints };
  const engineer = await visitAs('engineer@acme.test', '/runs', visit);
  const { id: projectId } = await aProject(engineer);
  const { id } = await request(engineer, runEndpoints.create, { projectId, name: 'Wafer 19' });
  const path = `/runs/${id}`;
  await engineer.goto(path);
  // A technician may not write entries, but may write run notes.
  const [technician, viewer] = await Promise.all([
    visitAs('technician@acme.test', path, visit),
    visitAs('viewer@acme.test', path, visit),
  ]);
  for (const page of [engineer, technician]) await page.locator('.tiptap[contenteditable="true"]').waitFor();
  await notes(viewer).waitFor();

  await notes(engineer).click();
  await engineer.keyboard.type('Plasma is steady.');
  await eventually(() => text(technician)).toBe('Plasma is steady.');
  await toTheEnd(technician);
  await technician.keyboard.press('Enter');
  await drawn(technician);
  await Promise.all([
    engineer.keyboard.type(' 30 mTorr after 8 s.', { delay: 12 }),
    technician.keyboard.type('Wafer 19 is in.', { delay: 12 }),
  ]);
  const written = 'Plasma is steady. 30 mTorr after 8 s.\nWafer 19 is in.';
  for (const page of [engineer, technician, viewer]) await eventually(() => text(page)).toBe(written);
  await engineer.locator('.caret[data-name="Yuki Tanaka"]').waitFor({ state: 'attached' });
  expect(await notes(viewer).getAttribute('contenteditable')).toBe('false');
  expect(complaints).toEqual([]);

  // Without a network it goes on, says so, and comes in afterwards.
  await technician.context().setOffline(true);
  await technician.keyboard.type(' Vented.');
  await technician
    .getByText(/changes? on this computer/)
    .first()
    .waitFor();
  await technician.context().setOffline(false);
  await eventually(() => text(viewer)).toBe(`${written} Vented.`);
  await technician.getByText(/Saved \d/).waitFor();

  // The server is killed while somebody types: nobody reloads, nothing is lost.
  const typing = technician.keyboard.type(' one two three four five six seven', { delay: 20 });
  await eventually(() => text(viewer)).toContain('one');
  await server.kill();
  await typing;
  await server.start();
  const all = `${written} Vented. one two three four five six seven`;
  for (const page of [engineer, technician, viewer]) await eventually(() => text(page)).toBe(all);

  // Deleted with its project it stays to be read and copied, and comes back to be written.
  const pi = await visitAs('pi@acme.test', '/projects', visit);
  await request(pi, projectEndpoints.remove, { id: projectId });
  await technician.getByText('This run was deleted with its project').waitFor();
  expect(await text(technician)).toBe(all);
  await technician.locator('.tiptap[contenteditable="false"]').waitFor();
  expect(await technician.getByRole('button', { name: 'Start' }).count()).toBe(0);
  await request(pi, projectEndpoints.restore, { id: projectId });
  await technician.locator('.tiptap[contenteditable="true"]').waitFor();
  await toTheEnd(technician);
  await technician.keyboard.type(' eight');
  await eventually(() => text(engineer)).toBe(`${all} eight`);

  // The same menu as an entry has, under the name of the run.
  await technician.getByRole('button', { name: 'More', exact: true }).click();
  const [download] = await Promise.all([
    technician.waitForEvent('download'),
    technician.getByRole('menuitem', { name: 'Download .md' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('notes-on-wafer-19.md');
});
