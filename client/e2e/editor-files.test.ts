import { fileEndpoints } from '@cobench/shared/files/endpoints';
import { notebookEndpoints } from '@cobench/shared/notebook/entry';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { barriers } from './barriers.ts';
import { drawn, eventually, launchBrowser, visitAs, type Complaints } from './browser.ts';
import { anEntry, aProject, request } from './fixtures.ts';
import { startServer } from './server.ts';
import { saved } from './writing.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const text = (page: Page) => page.locator('.tiptap');
const pictures = (page: Page) => page.locator('.tiptap .picture img');
const shapes = (page: Page) =>
  text(page).evaluate((element) => [...element.children].map(({ tagName }) => tagName.toLowerCase()));
/** Which of the pictures have come. */
const come = (page: Page) =>
  pictures(page).evaluateAll((images) => images.map((image) => (image as HTMLImageElement).naturalWidth > 0));

type GivenFile = { name: string; type: string; colour?: string; body?: string };

/** Pastes or drops files, as a browser does when a person does. The pictures are drawn by the page itself. */
const give = (page: Page, how: 'paste' | 'drop', files: GivenFile[], into = '.tiptap') =>
  page
    .locator(into)
    .first()
    .evaluate(
      async (target, { how, files }) => {
        const data = new DataTransfer();
        for (const { name, type, colour, body = '' } of files) {
          const canvas = new OffscreenCanvas(600, 400);
          const pen = canvas.getContext('2d')!;
          pen.fillStyle = colour ?? 'black';
          pen.fillRect(0, 0, 600, 400);
          pen.fillStyle = 'white';
          pen.arc(300, 200, 150, 0, 7);
          pen.fill();
          const content = colour === undefined ? body : await canvas.convertToBlob({ type });
          data.items.add(new File([content], name, { type }));
        }
        const { left, top, height } = target.getBoundingClientRect();
        const all = { bubbles: true, cancelable: true };
        const at = { clientX: left + 4, clientY: top + height / 2 };
        if (how === 'paste') target.dispatchEvent(new ClipboardEvent('paste', { ...all, clipboardData: data }));
        else target.dispatchEvent(new DragEvent('drop', { ...all, ...at, dataTransfer: data }));
      },
      { how, files },
    );

test('two people put pictures and files into an entry: both see them, now, after a reload, in markdown, and in its history', async () => {
  const server = await startServer();
  const complaints: Complaints = [];
  const visit = { browser, origin: server.origin, complaints };
  const mateo = await visitAs('engineer@acme.test', '/notebook', visit);
  const { id, projectId } = await anEntry(mateo, 'Etched wafers');
  const path = `/notebook/${id}`;
  await mateo.goto(path);
  const ingrid = await visitAs('pi@acme.test', path, visit);
  const viewer = await visitAs('viewer@acme.test', path, { ...visit, width: 360, height: 720 });
  await text(mateo).click();
  await mateo.keyboard.type('Before the etch');
  await eventually(() => text(ingrid).textContent()).toContain('Before the etch');

  // A screenshot is pasted while the other one types; both see it, and so does who only reads.
  await give(mateo, 'paste', [{ name: 'wafer.png', type: 'image/png', colour: 'teal' }]);
  await text(ingrid).focus();
  await ingrid.keyboard.press('Control+Home');
  await ingrid.keyboard.type('Ingrid was here. ');
  for (const page of [mateo, ingrid, viewer]) await eventually(() => come(page)).toEqual([true]);
  await mateo.keyboard.type('After the etch');
  for (const page of [mateo, ingrid]) await eventually(() => shapes(page)).toEqual(['p', 'figure', 'p']);
  expect(
    await pictures(viewer)
      .first()
      .evaluate(({ clientWidth }) => clientWidth),
  ).toBeLessThan(360);

  // A caption by both, a description, a width.
  await mateo.locator('figcaption').click();
  await mateo.keyboard.type('Wafer 19');
  await eventually(() => ingrid.locator('figcaption').textContent()).toBe('Wafer 19');
  await ingrid.locator('figcaption').click();
  await ingrid.keyboard.press('End');
  await ingrid.keyboard.type(', 30 s');
  await eventually(() => mateo.locator('figcaption').textContent()).toBe('Wafer 19, 30 s');
  await pictures(mateo).click();
  await mateo.getByRole('button', { name: 'Describe the image' }).click();
  await mateo.getByRole('textbox', { name: 'Description' }).fill('A white disc on teal');
  await mateo.getByRole('button', { name: 'Save', exact: true }).click();
  await ingrid.getByRole('img', { name: 'A white disc on teal' }).waitFor();
  await mateo.getByRole('slider', { name: 'Width of the image' }).focus();
  await mateo.keyboard.press('ArrowLeft');
  await eventually(() => ingrid.locator('figure.image').evaluate(({ style }) => style.width)).toBe('80%');

  // Two files and a picture are dropped beside the first line; a picture that is none becomes a file.
  await give(
    mateo,
    'drop',
    [
      { name: 'log.csv', type: 'text/csv', body: 'time,rate\n1,31.8\n' },
      { name: 'not really.png', type: 'image/png', body: 'just text' },
      { name: 'map.png', type: 'image/png', colour: 'purple' },
    ],
    '.tiptap > p',
  );
  for (const page of [mateo, ingrid, viewer]) await eventually(() => come(page)).toEqual([true, true]);
  for (const page of [mateo, ingrid, viewer]) {
    await eventually(() => page.locator('.file-chip .file-name').allTextContents()).toEqual(
      expect.arrayContaining(['log.csv', 'not really.png']),
    );
  }
  const { items } = await request(mateo, fileEndpoints.list, { entryId: id });
  expect(items.map(({ name }) => name).toSorted((a, b) => a.localeCompare(b))).toEqual([
    'log.csv',
    'map.png',
    'not really.png',
    'wafer.png',
  ]);
  const [download] = await Promise.all([
    ingrid.waitForEvent('download'),
    ingrid.getByRole('link', { name: 'Download log.csv' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('log.csv');

  // What was put in last is taken back by undo, and comes again.
  await give(ingrid, 'paste', [{ name: 'oops.png', type: 'image/png', colour: 'red' }]);
  await eventually(() => come(mateo)).toEqual([true, true, true]);
  await ingrid.keyboard.press('Control+z');
  for (const page of [mateo, ingrid]) await eventually(() => come(page)).toEqual([true, true]);

  if (process.env['SCREENSHOTS'])
    await viewer.screenshot({ fullPage: true, path: `${process.env['SCREENSHOTS']}/phone.png` });

  // Who only reads is offered nothing, and puts nothing in.
  await give(viewer, 'paste', [{ name: 'no.png', type: 'image/png', colour: 'red' }]);
  expect(await viewer.getByRole('button', { name: 'Remove the image' }).count()).toBe(0);
  expect(await viewer.locator('.file-waiting').count()).toBe(0);

  // All of it is there after a reload, and in both kinds of light.
  await Promise.all([saved(mateo), saved(ingrid)]);
  await mateo.reload();
  await eventually(() => come(mateo)).toEqual([true, true]);
  for (const colorScheme of ['light', 'dark'] as const) {
    await mateo.emulateMedia({ colorScheme });
    const path = process.env['SCREENSHOTS'] && `${process.env['SCREENSHOTS']}/entry-${colorScheme}.png`;
    expect((await mateo.screenshot({ fullPage: true, ...(path && { path }) })).length).toBeGreaterThan(0);
  }

  // Out as markdown and in again, as another entry.
  const { markdown } = await request(mateo, notebookEndpoints.markdown, { id });
  expect(markdown).toMatch(/!\[A white disc on teal\]\(\/data\/[0-9a-f-]{36}\?version=1\S* "Wafer 19, 30 s"\)/);
  expect(markdown).toMatch(/\[log\.csv\]\(\/data\/[0-9a-f-]{36}\?version=1&size=17\)/);
  const copy = await request(mateo, notebookEndpoints.create, { projectId, markdown, title: 'A copy' });
  await mateo.goto(`/notebook/${copy.id}`);
  await eventually(() => come(mateo)).toEqual([true, true]);
  expect(await mateo.locator('figcaption').allTextContents()).toContain('Wafer 19, 30 s');

  // What is said of it stands in the lists; the history shows what came.
  expect((await request(mateo, notebookEndpoints.get, { id: copy.id })).excerpt).toContain('A white disc on teal');
  await ingrid.goto(`${path}/history?view=compare&from=0`);
  const added = ingrid.locator('article.past figure[data-change="added"] img');
  await eventually(() =>
    added.evaluateAll((all) => all.map((one) => (one as HTMLImageElement).naturalWidth > 0)),
  ).toEqual([true, true]);

  // In the trash and gone for good, the text says so.
  const map = items.find(({ name }) => name === 'map.png');
  await request(ingrid, fileEndpoints.remove, { id: map?.id ?? '' });
  await request(await visitAs('admin@acme.test', '/notebook', visit), fileEndpoints.purge, { id: map?.id ?? '' });
  complaints.splice(0);
  await ingrid.goto(path);
  await ingrid.getByText('This image was deleted, or you may not see it.').waitFor();
});

test('without a network a picture waits in its place in the notes of a run, and comes in by itself', async () => {
  const server = await startServer();
  const visit = { browser, origin: server.origin };
  const technician = await visitAs('technician@acme.test', '/runs', visit);
  const engineer = await visitAs('engineer@acme.test', '/runs', visit);
  const { id: projectId } = await aProject(engineer);
  const { id } = await request(engineer, runEndpoints.create, { projectId, name: 'Wafer 20' });
  for (const page of [technician, engineer]) {
    await page.goto(`/runs/${id}`);
    await page.locator('.tiptap[contenteditable="true"]').waitFor();
  }
  await text(technician).click();
  await technician.keyboard.type('Chamber open.');
  await saved(technician);
  await technician.context().setOffline(true);
  await give(technician, 'paste', [{ name: 'chamber.png', type: 'image/png', colour: 'navy' }]);
  await technician.getByText('Waits until the network is back').first().waitFor();
  await technician.keyboard.type('Closed again.');
  await technician.context().setOffline(false);
  for (const page of [technician, engineer]) await eventually(() => come(page)).toEqual([true]);
  for (const page of [technician, engineer]) {
    await eventually(() => text(page).locator('p').allTextContents()).toEqual(['Chamber open.', 'Closed again.']);
  }
  const { items } = await request(engineer, fileEndpoints.list, { runId: id });
  expect(items.map(({ name }) => name)).toEqual(['chamber.png']);

  // By the menu of blocks, as on a phone; given up, it leaves no trace.
  await text(technician).click();
  await technician.keyboard.press('Control+End');
  await technician.keyboard.type(' /file');
  const [chooser] = await Promise.all([
    technician.waitForEvent('filechooser'),
    technician.getByRole('option', { name: 'File' }).click(),
  ]);
  await chooser.setFiles({ name: 'recipe.json', mimeType: 'application/json', buffer: Buffer.from('{}') });
  await engineer.getByRole('link', { name: 'Download recipe.json' }).waitFor();
});

test('after a reload in the middle, and on another page, what was on its way comes to its place', async () => {
  const server = await startServer();
  const visit = { browser, origin: server.origin };
  const mateo = await visitAs('engineer@acme.test', '/notebook', visit);
  const { id } = await anEntry(mateo, 'Etched wafers');
  const path = `/notebook/${id}`;
  await mateo.goto(path);
  const ingrid = await visitAs('pi@acme.test', path, visit);
  await mateo.evaluate(async () => void (await navigator.serviceWorker.ready));
  await text(mateo).click();
  await mateo.keyboard.type('Before the etch');
  await mateo.keyboard.press('Enter');
  await mateo.keyboard.type('see there');
  await saved(mateo);
  await eventually(() => text(ingrid).textContent()).toContain('see there');

  // Without a network: a picture above the first line, a file in the middle of the second.
  await mateo.context().setOffline(true);
  await mateo.keyboard.press('Home');
  for (let letter = 0; letter < 4; letter++) await mateo.keyboard.press('ArrowRight');
  await drawn(mateo);
  await give(mateo, 'paste', [{ name: 'log.csv', type: 'text/csv', body: 'time,rate\n1,31.8\n' }]);
  await give(mateo, 'drop', [{ name: 'wafer.png', type: 'image/png', colour: 'teal' }], '.tiptap > p');
  const waiting = mateo.locator('.file-waiting');
  await eventually(() => waiting.getByText('Waits until the network is back').count()).toBe(2);
  await eventually(() => keptPlaces(mateo)).toBe(2);
  await mateo.reload();
  await eventually(() => waiting.getByText('Waits until the network is back').count()).toBe(2);
  await text(ingrid).focus();
  await ingrid.keyboard.press('Control+Home');
  await ingrid.keyboard.type('Ingrid was here. ');
  await mateo.context().setOffline(false);
  for (const page of [mateo, ingrid]) {
    await eventually(() => come(page)).toEqual([true]);
    await eventually(() => shapes(page)).toEqual(['figure', 'p', 'p']);
    await eventually(() => text(page).locator('p').allInnerTexts()).toEqual([
      'Ingrid was here. Before the etch',
      expect.stringMatching(/^see\s+log\.csv.*there$/s),
    ]);
  }
  expect(await waiting.count()).toBe(0);
  await eventually(() => keptPlaces(mateo)).toBe(0);
  expect(await barriers(mateo)).toEqual([]);

  // It arrives while another page is open, and stands there when this one is opened again.
  await mateo.route('**/api/v1/uploads**', (route) => route.abort());
  await give(mateo, 'paste', [{ name: 'later.csv', type: 'text/csv', body: 'a,b\n' }]);
  await waiting.waitFor();
  await eventually(() => keptPlaces(mateo)).toBe(1);
  await mateo.getByRole('link', { name: 'Data', exact: true }).first().click();
  await mateo.unroute('**/api/v1/uploads**');
  await mateo.getByText('The file has arrived').waitFor();
  await mateo.goBack();
  for (const page of [mateo, ingrid]) await page.getByRole('link', { name: 'Download later.csv' }).waitFor();
  expect((await request(mateo, fileEndpoints.list, { entryId: id })).items).toHaveLength(3);
});

/** How many places this browser keeps for files on their way. */
const keptPlaces = (page: Page) =>
  page.evaluate(async () => {
    const found = (await indexedDB.databases()).find(({ name }) => name?.startsWith('cobench.uploads.'));
    const open = indexedDB.open(found?.name ?? '');
    await new Promise((done) => open.addEventListener('success', done));
    const places = open.result.transaction('places').objectStore('places').count();
    await new Promise((done) => places.addEventListener('success', done));
    open.result.close();
    return places.result;
  });
