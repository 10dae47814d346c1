import { fileEndpoints } from '@cobench/shared/files/endpoints';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { barriers } from './barriers.ts';
import { eventually, launchBrowser, visitAs, type Complaints } from './browser.ts';
import { drop } from './dropping.ts';
import { aProject, chooseProject, request } from './fixtures.ts';
import { startServer } from './server.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

/** Uploads a file as a script does. */
async function aFile(page: Page, projectId: string, { name, folder = '', text = name, tags = '' }: NewFile) {
  const response = await page.request.post('/api/v1/files', {
    multipart: { projectId, folder, tags, file: { name, mimeType: 'text/plain', buffer: Buffer.from(text) } },
    headers: { connection: 'close' },
  });
  if (!response.ok()) throw new Error(await response.text());
}
type NewFile = { name: string; folder?: string; text?: string; tags?: string };

const names = (page: Page) =>
  page
    .getByRole('table', { name: 'Files' })
    .locator('[data-row-link]')
    .evaluateAll((links) => links.map((link) => link.textContent));

test('files are found, sorted, moved, tagged, trashed and brought back; a colleague sees it happen', async () => {
  const server = await startServer();
  const complaints: Complaints = [];
  const page = await visitAs('technician@acme.test', '/data', { browser, origin: server.origin, complaints });
  const pi = await visitAs('pi@acme.test', '/data', { browser, origin: server.origin, complaints });
  const { id: projectId, name } = await aProject(pi, 'Catalogue');
  await chooseProject(page, name);
  await page.getByText('No files here yet').waitFor();
  await aFile(page, projectId, { name: 'b.csv', text: 'a,b\n1,2\n', tags: 'etch' });
  await aFile(page, projectId, { name: 'a.txt', text: 'x'.repeat(5000) });
  await aFile(page, projectId, { name: 'deep.json', text: '{"a":1}', folder: 'raw/wafer 12' });

  // They come in live, with the folder beside them.
  await eventually(() => names(page)).toEqual(['raw', 'a.txt', 'b.csv']);
  await page.getByRole('button', { name: 'Size' }).click();
  await eventually(() => names(page)).toEqual(['raw', 'a.txt', 'b.csv']);
  await page.getByRole('button', { name: 'Size' }).click();
  await eventually(() => names(page)).toEqual(['raw', 'b.csv', 'a.txt']);
  await page.getByRole('button', { name: 'Name' }).click();
  await eventually(() => names(page)).toEqual(['raw', 'a.txt', 'b.csv']);
  expect(page.url()).toContain('sort=name');

  // Into the folders and back, by the keyboard.
  await page.getByRole('link', { name: 'raw' }).focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await eventually(() => names(page)).toEqual(['wafer 12']);
  await page.getByRole('link', { name: 'wafer 12' }).click();
  await eventually(() => names(page)).toEqual(['deep.json']);
  await page.getByRole('navigation', { name: 'Folder' }).getByRole('link', { name }).click();
  await eventually(() => names(page)).toEqual(['raw', 'a.txt', 'b.csv']);

  // Searching looks everywhere below.
  await page.getByRole('textbox', { name: 'Search files' }).fill('deep');
  await eventually(() => names(page)).toEqual(['deep.json']);
  await page.getByRole('button', { name: 'Clear the search' }).click();
  await page.getByRole('button', { name: 'Any kind' }).click();
  await page.getByRole('menuitemradio', { name: 'Table' }).click();
  await eventually(() => names(page)).toEqual(['b.csv']);
  await page.getByRole('button', { name: 'Table' }).click();
  await page.getByRole('menuitemradio', { name: 'Any kind' }).click();

  // Several at once: tagged, moved, trashed, and undone.
  await chooseProject(pi, name);
  await eventually(() => names(pi)).toEqual(['raw', 'a.txt', 'b.csv']);
  await page.getByRole('checkbox', { name: 'Choose all that are listed' }).check();
  const bar = page.getByRole('toolbar', { name: 'Chosen files' });
  await bar.getByText('2 files chosen').waitFor();
  await bar.getByRole('button', { name: 'Tag…' }).click();
  await page.getByRole('combobox', { name: 'Tag' }).fill('june');
  await page.getByRole('option', { name: 'june' }).click();
  await page.getByText('2 files were tagged “june”.').waitFor();
  await eventually(() => names(page)).toEqual(['raw', 'a.txt', 'b.csv']);
  await page.getByRole('checkbox', { name: 'Choose a.txt' }).check();
  await bar.getByRole('button', { name: 'Move…' }).click();
  await page.getByRole('textbox', { name: 'Folder' }).fill('raw');
  await page.getByRole('button', { name: 'Move', exact: true }).click();
  await eventually(() => names(pi)).toEqual(['raw', 'b.csv']);
  await page.getByRole('checkbox', { name: 'Choose b.csv' }).check();
  const downloading = page.waitForEvent('download');
  await bar.getByRole('link', { name: 'Download as ZIP' }).click();
  expect((await downloading).suggestedFilename()).toMatch(/\.zip$/);
  await bar.getByRole('button', { name: 'Move to the trash' }).click();
  await eventually(() => names(pi)).toEqual(['raw']);
  await page.getByRole('button', { name: 'Undo' }).click();
  await eventually(() => names(pi)).toEqual(['raw', 'b.csv']);

  // For good: who leads only, and asked once.
  await eventually(() => names(page)).toEqual(['raw', 'b.csv']);
  await page.getByRole('checkbox', { name: 'Choose b.csv' }).check();
  await bar.getByRole('button', { name: 'Move to the trash' }).click();
  await page.getByRole('button', { name: 'Trash', exact: true }).click();
  await page.getByRole('checkbox', { name: 'Choose b.csv' }).check();
  await bar.getByRole('button', { name: 'Restore' }).waitFor();
  expect(await bar.getByRole('button', { name: 'Remove for good…' }).count()).toBe(0);
  await pi.getByRole('button', { name: 'Trash', exact: true }).click();
  await pi.getByRole('checkbox', { name: 'Choose b.csv' }).check();
  await pi.getByRole('button', { name: 'Remove for good…' }).click();
  await pi.getByRole('alertdialog').getByRole('button', { name: 'Remove for good' }).click();
  await page.getByText('The trash is empty').waitFor();
  const left = await request(pi, fileEndpoints.list, { projectId });
  expect(left.items.map((file) => file.name).toSorted()).toEqual(['a.txt', 'deep.json']);
  expect(complaints).toEqual([]);
});

test('who may only read sees no way to upload, and nothing is taken that they drop', async () => {
  const server = await startServer();
  const viewer = await visitAs('viewer@acme.test', '/data', { browser, origin: server.origin });
  await viewer.getByRole('heading', { level: 1, name: 'Data' }).waitFor();
  // The head of the list, which is there with its files.
  await viewer.getByRole('button', { name: 'Uploaded', exact: true }).waitFor();
  expect(await viewer.getByRole('button', { name: 'Upload', exact: true }).count()).toBe(0);
  await viewer.keyboard.press('Control+k');
  const palette = viewer.getByRole('dialog', { name: 'Search and commands' });
  await palette.getByRole('combobox').fill('upload');
  expect(await palette.getByRole('option', { name: 'Upload files' }).count()).toBe(0);
  await viewer.keyboard.press('Escape');
  await palette.waitFor({ state: 'detached' });

  await drop(viewer, [{ name: 'dropped.dat', size: 10, seed: 1 }]);
  expect((await request(viewer, fileEndpoints.list, { q: 'dropped.dat' })).items).toEqual([]);
  expect(await viewer.getByText('dropped.dat').count()).toBe(0);
});

test('an administrator sets limits, and whoever uploads more is told before anything is sent', async () => {
  const server = await startServer();
  const admin = await visitAs('admin@acme.test', '/admin/organisation', { browser, origin: server.origin });
  await admin.getByRole('textbox', { name: 'One file, GB' }).fill('0.000001');
  await admin.getByRole('button', { name: 'Set limits' }).click();
  await admin.getByText('The limits hold from now on.').waitFor();
  const technician = await visitAs('technician@acme.test', '/data', { browser, origin: server.origin });
  const { name } = await aProject(admin, 'Narrow');
  await chooseProject(technician, name);
  // As in browsers that know no other way than a field for files.
  await technician.evaluate(() => Reflect.deleteProperty(window, 'showOpenFilePicker'));
  const chooser = technician.waitForEvent('filechooser');
  await technician.getByRole('button', { name: 'Upload', exact: true }).first().click();
  await technician.getByRole('menuitem', { name: 'Files…' }).click();
  await (
    await chooser
  ).setFiles([
    { name: 'large.dat', mimeType: 'text/plain', buffer: Buffer.alloc(1001) },
    { name: 'small.dat', mimeType: 'text/plain', buffer: Buffer.alloc(999, 1) },
  ]);
  const tray = technician.getByRole('region', { name: 'Uploads' });
  await tray.getByText('It has 1 kB; a file may have at most 1 kB.').waitFor();
  await technician.getByRole('link', { name: 'small.dat' }).first().waitFor();
  await tray.getByRole('button', { name: 'Cancel large.dat' }).click();
  await tray.getByText('The file has arrived').waitFor();
});

const looks = [
  { name: 'light', colorScheme: 'light', width: 1280, height: 800 },
  { name: 'dark', colorScheme: 'dark', width: 1280, height: 800 },
  { name: 'on a phone', colorScheme: 'dark', width: 360, height: 740 },
] as const;

test.each(looks)('the page is accessible and fits: $name', async ({ colorScheme, width, height }) => {
  const server = await startServer();
  const page = await visitAs('pi@acme.test', '/data', { browser, origin: server.origin, width, height });
  onTestFinished(() => page.close());
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  const { id: projectId } = await aProject(page, 'Looks');
  const long = 'a very long name of a file that an instrument has made up by itself 2026-11-22T10-00-00.csv';
  await aFile(page, projectId, { name: long, tags: 'etch,june,wafer 12', text: 'a,b\n1,2\n' });
  await aFile(page, projectId, { name: 'notes.md', text: '# Notes' });
  await aFile(page, projectId, { name: 'deep.json', text: '{}', folder: 'raw/wafer 12' });
  for (const path of [
    '/data',
    `/data?project=${projectId}`,
    `/data?project=${projectId}&folder=raw`,
    '/data?trash=1',
  ]) {
    await page.goto(path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.getByRole('status', { name: 'Loading files' }).waitFor({ state: 'detached' });
    const choose = page.getByRole('checkbox', { name: 'Choose all that are listed' });
    if ((await choose.count()) > 0) await choose.check();
    expect(await barriers(page)).toEqual([]);
    const sideways = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(sideways).toBe(0);
  }
});
