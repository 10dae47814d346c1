import { fileEndpoints } from '@cobench/shared/files/endpoints';
import type { DataFile } from '@cobench/shared/files/file';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { barriers } from './barriers.ts';
import { eventually, launchBrowser, visitAs, type Complaints } from './browser.ts';
import { aStoredFile } from './file-fixtures.ts';
import { aProject, request } from './fixtures.ts';
import { aPdf, aPng, aTable, aTurnedJpeg, aWav } from './sample-files.ts';
import { startServer } from './server.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

/** Whether anything that was uploaded ran: each would have left this behind. */
const ran = (page: Page) => page.evaluate(() => 'ran' in globalThis);
const show = async (page: Page, { id, name }: DataFile) => {
  await page.goto(`/data/${id}`);
  await page.getByRole('heading', { name, level: 1 }).waitFor({ state: 'attached' });
  return page.getByRole('region', { name: 'Preview' });
};

const active = {
  'drawing.svg':
    '<svg xmlns="http://www.w3.org/2000/svg" onload="globalThis.ran = 1"><script>globalThis.ran = 1</script><rect width="9" height="9"/></svg>',
  'report.html':
    '<!doctype html><title>x</title><h1>Report</h1><script>globalThis.ran = 1</script><img src="/nothing" onerror="globalThis.ran = 1">',
  'notes.md':
    '# Etch notes\n\nFirst **bold** words.\n\n<script>globalThis.ran = 1</script>\n\n<img src="/nothing" onerror="globalThis.ran = 1">\n\n[a link](javascript:globalThis.ran=1)\n',
};

test('each kind of file is looked at, and nothing of it runs', async () => {
  const server = await startServer();
  const complaints: Complaints = [];
  const visit = { browser, origin: server.origin, complaints };
  const page = await visitAs('engineer@acme.test', '/', visit);
  const { id: projectId } = await aProject(page, 'Previews');
  const store = (name: string, bytes: Buffer | string) =>
    aStoredFile(page, { name, bytes }, { projectId, folder: 'wafer 12/raw' });

  // A photograph is upright, whatever way it was taken.
  const turned = await show(page, await store('turned.jpg', await aTurnedJpeg(page)));
  const photograph = turned.getByRole('img', { name: 'turned.jpg' });
  await eventually(() => photograph.evaluate((one: HTMLImageElement) => [one.naturalWidth, one.naturalHeight])).toEqual(
    [200, 400],
  );
  expect(await barriers(page)).toEqual([]);
  await turned.getByRole('button', { name: 'Larger' }).click();
  await turned.getByRole('group', { name: /^Image/ }).focus();
  await page.keyboard.press('+');
  await turned.getByText('156 %').waitFor();
  await page.keyboard.press('0');
  await turned.getByText('100 %').waitFor();

  // A huge one comes no wider than a screen.
  const huge = await show(page, await store('huge.png', aPng(9000, 7000)));
  await huge.getByText('Shown 1600 pixels wide').waitFor();

  // A PDF: pages, words, zoom.
  const pdf = await show(page, await store('certificate.pdf', aPdf(3)));
  await pdf.getByText('Certificate, page 1').waitFor();
  await pdf.getByText('of 3').waitFor();
  await pdf.getByRole('button', { name: 'Next page' }).click();
  await pdf.getByText('Certificate, page 2').waitFor();
  const drawnPixels = () =>
    pdf.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
      const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      return data.some((value, at) => at % 4 === 0 && value < 100);
    });
  await eventually(drawnPixels).toBe(true);
  expect(await barriers(page)).toEqual([]);

  // 200,000 rows: only those in sight are drawn.
  const table = await show(page, await store('pressure.csv', aTable(200_000)));
  await table.getByText('3 columns').waitFor();
  await table.getByText('parted by semicolons · decimal commas').waitFor();
  await table.getByRole('gridcell', { name: '50,000' }).first().waitFor();
  const grid = table.getByRole('grid');
  await grid.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Control+End');
  const rows = Number(await grid.getAttribute('aria-rowcount')) - 1;
  await grid
    .locator(`[aria-rowindex="${rows + 1}"]`)
    .getByText('step')
    .waitFor();
  expect(await grid.getByRole('row').count()).toBeLessThan(80);
  await table.getByRole('button', { name: 'Load more' }).click();
  await table.getByText('200,000 rows').waitFor();
  await table.getByRole('button', { name: 'Plot columns' }).click();
  const plot = table.getByRole('slider', { name: /^pressure mTorr over time/ });
  await plot.waitFor();
  await plot.press('ArrowLeft');
  await eventually(() => plot.getAttribute('aria-valuetext')).toMatch(/pressure mTorr (49|50|51)/);
  expect(await barriers(page)).toEqual([]);

  // JSON: a tree that keeps every digit.
  const json = await show(
    page,
    await store('settings.json', '{"id": 12345678901234567890, "deep": {"er": {"est": [1, 2]}}}'),
  );
  await json.getByText('12345678901234567890').waitFor();
  await json.getByRole('tree').focus();
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowRight');
  await json.getByText('"est":').waitFor();
  expect(await barriers(page)).toEqual([]);
  const nested = await show(page, await store('nested.json', '['.repeat(50_000) + ']'.repeat(50_000)));
  await nested.getByRole('treeitem').first().waitFor();

  // Markdown is drawn as entries are; what could run is not there.
  const notes = await show(page, await store('notes.md', active['notes.md']));
  await notes.getByRole('heading', { name: 'Etch notes' }).waitFor();
  expect(await notes.locator('script, img, iframe').count()).toBe(0);
  expect(await barriers(page)).toEqual([]);

  // SVG and HTML are text.
  for (const name of ['drawing.svg', 'report.html'] as const) {
    const preview = await show(page, await store(name, active[name]));
    await preview.getByText('globalThis.ran = 1').first().waitFor();
    expect(await preview.locator('svg[onload], h1, script').count()).toBe(0);
  }

  // Text: searched, with lines that never end.
  const text = await show(page, await store('tool.log', `first line\n${'x'.repeat(900_000)}\nthe needle is here\n`));
  await text.getByText('first line').waitFor();
  await text.getByRole('textbox', { name: 'Search the text' }).fill('needle');
  await text.locator('mark', { hasText: 'needle' }).waitFor();
  await text.getByText('1 of 1').waitFor();
  expect(await barriers(page)).toEqual([]);

  // A recording is played from its middle.
  const sound = await show(page, await store('pump.wav', aWav(60)));
  const player = sound.locator('audio');
  await eventually(() => player.evaluate((audio: HTMLAudioElement) => Math.round(audio.duration))).toBe(60);
  await player.evaluate((audio: HTMLAudioElement) => void (audio.currentTime = 45));
  await eventually(() => player.evaluate((audio: HTMLAudioElement) => !audio.seeking && audio.currentTime)).toBe(45);

  // Everything else: its first bytes.
  const bytes = await show(page, await store('raw.bin', Buffer.from([0, 1, 2, 0xfe, 0xff])));
  await bytes.getByText('00 01 02 fe ff').waitFor();
  const empty = await show(page, await store('nothing.txt', ''));
  await empty.getByText('it has no bytes').waitFor();

  expect(await ran(page)).toBe(false);
  // Opened by its address, too, nothing of a file runs.
  for (const name of ['drawing.svg', 'report.html'] as const) {
    const { id } = await store(name, active[name]);
    const address = fileEndpoints.content.path.replace(':id', id);
    const { headers } = await page.evaluate(async (url) => {
      const answer = await fetch(url);
      return { headers: Object.fromEntries(answer.headers) };
    }, address);
    expect(headers['content-disposition']).toMatch(/^attachment/);
    expect([headers['x-content-type-options'], headers['content-security-policy']]).toEqual([
      'nosniff',
      expect.stringContaining('sandbox'),
    ]);
  }
  expect(complaints).toEqual([]);
});

test('the page of a file is changed in place, seen by roles, and follows what others do', async () => {
  const server = await startServer();
  const complaints: Complaints = [];
  const visit = { browser, origin: server.origin, complaints };
  const engineer = await visitAs('engineer@acme.test', '/', visit);
  const { id: projectId } = await aProject(engineer, 'Etch study');
  const run = await request(engineer, runEndpoints.create, { projectId, name: 'Wafer 23' });
  const file = await aStoredFile(engineer, { name: 'etch.csv', bytes: 'a,b\n1,2\n' }, { projectId, folder: 'raw' });
  const address = `/data/${file.id}`;

  // Whoever may only read sees all of it, and can download; nothing else.
  const viewer = await visitAs('viewer@acme.test', address, visit);
  await viewer.getByRole('gridcell', { name: '2', exact: true }).waitFor();
  await viewer.getByText(file.latest.sha256).waitFor();
  await viewer.getByRole('link', { name: 'Download', exact: true }).waitFor();
  expect(await viewer.getByRole('textbox').count()).toBe(0);
  expect(await viewer.getByRole('button', { name: /Upload a version|Attach…|Add tag|Detach/ }).count()).toBe(0);
  await viewer.getByRole('button', { name: 'More actions' }).click();
  expect(await viewer.getByRole('menuitem').allInnerTexts()).toEqual(['Encrypted copy…']);
  await viewer.keyboard.press('Escape');

  // Another organisation does not know that it exists.
  const stranger = await visitAs('admin@borealis.test', address, { browser, origin: server.origin });
  await stranger.getByText('There is no such file').waitFor();
  await stranger.close();

  // The engineer renames it, tags it and attaches it to its run; who looks at it sees that at once.
  await engineer.goto(address);
  await engineer.getByRole('textbox', { name: 'Name' }).fill('etch rate.csv');
  await engineer.keyboard.press('Enter');
  await viewer.getByRole('heading', { name: 'etch rate.csv', level: 1 }).waitFor();
  await engineer.getByRole('button', { name: 'Add tag' }).click();
  await engineer.getByRole('combobox', { name: 'Tag' }).fill('RIE-2');
  await engineer.keyboard.press('Enter');
  await viewer.getByText('RIE-2', { exact: true }).waitFor();
  await engineer.keyboard.press('Escape');
  await engineer.getByRole('button', { name: 'Attach…' }).click();
  await engineer.getByRole('option', { name: 'Wafer 23' }).click();
  await viewer.getByRole('link', { name: 'Wafer 23' }).waitFor();

  // A name that is none is refused where it stands, and given up with Escape.
  await engineer.getByRole('textbox', { name: 'Name' }).fill('a/b.csv');
  await engineer.keyboard.press('Enter');
  await engineer.getByText('no slashes').waitFor();
  await engineer.getByRole('textbox', { name: 'Name' }).fill('etch rate.csv');
  await engineer.keyboard.press('Enter');

  // Another version, by the queue of uploads: the latest is shown, the first one is a click away.
  const second = { name: 'etch.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n7,8\n') };
  await engineer.getByLabel('New version of etch rate.csv').setInputFiles(second);
  await viewer.getByRole('gridcell', { name: '8', exact: true }).waitFor();
  await viewer.getByRole('link', { name: 'Version 1', exact: true }).click();
  await viewer.getByText('This is version 1, not the latest.').waitFor();
  await viewer.getByRole('gridcell', { name: '2', exact: true }).waitFor();
  expect(await barriers(viewer)).toEqual([]);

  // The run shows it, and takes what is dropped on it.
  await viewer.goto(`/runs/${run.id}`);
  const files = viewer.getByRole('region', { name: 'Files' });
  await files.getByRole('link', { name: 'etch rate.csv' }).waitFor();
  await engineer.goto(`/runs/${run.id}`);
  const picture = { name: 'sem.png', mimeType: 'image/png', buffer: aPng(64, 64) };
  await engineer.getByLabel('Files to upload').setInputFiles(picture);
  await files.getByRole('link', { name: 'sem.png' }).waitFor();
  const small = files.locator('img');
  await eventually(() => small.evaluate((one: HTMLImageElement) => one.complete && one.naturalWidth > 0)).toBe(true);
  expect(await barriers(viewer)).toEqual([]);

  // What opens the encrypted copy is shown once it is asked for.
  await engineer.goto(address);
  await engineer.getByRole('button', { name: 'More actions' }).click();
  await engineer.getByRole('menuitem', { name: 'Encrypted copy…' }).click();
  await engineer.getByRole('button', { name: 'Get the address and key' }).click();
  await engineer.getByText('cobench file decrypt').waitFor();
  await engineer.getByText(/The address is good for \d/).waitFor();
  expect(await barriers(engineer)).toEqual([]);
  await engineer.getByRole('button', { name: 'Done' }).click();

  // To the trash and back, and away for good by who may: whoever has it open is told.
  await viewer.goto(address);
  await engineer.getByRole('button', { name: 'More actions' }).click();
  await engineer.getByRole('menuitem', { name: 'Move to the trash…' }).click();
  await engineer.getByRole('button', { name: 'Move to the trash', exact: true }).click();
  await viewer.getByText('It is in the trash').waitFor();
  expect(await engineer.getByRole('button', { name: 'Remove for good…' }).count()).toBe(0);
  await engineer.getByRole('button', { name: 'Restore', exact: true }).click();
  await viewer.getByText('It is in the trash').waitFor({ state: 'detached' });
  await request(engineer, fileEndpoints.remove, { id: file.id });
  const lead = await visitAs('pi@acme.test', address, visit);
  await lead.getByRole('button', { name: 'Remove for good…' }).click();
  await lead.getByRole('button', { name: 'Remove for good', exact: true }).click();
  await viewer.getByText('There is no such file').waitFor();
  // The name that was refused is the only thing a browser has to say.
  expect(complaints.filter((one) => !one.includes('400 (Bad Request)'))).toEqual([]);
});
