import { seriesEndpoints } from '@cobench/shared/series/endpoints';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { barriers } from './barriers.ts';
import { eventually, launchBrowser, visitAs, type Complaints } from './browser.ts';
import { aProject, request } from './fixtures.ts';
import { startServer } from './server.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const calm = [0.4, -0.5, 0.8, -0.2, 0.1, -0.9, 0.3];
/** Within the limits of 100 ± 3, but for two points far outside. */
const valueOf = (index: number) => (index === 2500 ? 104 : index === 7777 ? 95.5 : 100 + (calm[index % 7] ?? 0));

async function bring(page: Page, id: string, { from, count }: { from: number; count: number }): Promise<void> {
  const points = Array.from({ length: count }, (_, i) => ({ key: `point ${from + i}`, items: [valueOf(from + i)] }));
  await request(page, seriesEndpoints.addPoints, { id, points });
}

async function aChart(page: Page): Promise<string> {
  const { id: projectId } = await aProject(page);
  const { id } = await request(page, seriesEndpoints.create, {
    projectId,
    name: 'Film thickness',
    unit: 'nm',
    source: { from: 'points' },
    limits: { from: 'given', center: 100, sigma: 1 },
  });
  return id;
}

const chartOf = (page: Page) => page.getByRole('slider', { name: /control chart/ });
const spoken = (page: Page) => chartOf(page).getAttribute('aria-valuetext');

test('ten thousand points: signals are found by keyboard, listed as a table, zoomed, and new points appear by themselves', async () => {
  const server = await startServer();
  const complaints: Complaints = [];
  const page = await visitAs('engineer@acme.test', '/spc', { browser, origin: server.origin, complaints });
  const id = await aChart(page);
  await page.goto(`/spc/${id}`);
  await page.getByText('No points yet').first().waitFor();
  for (let from = 0; from < 10_000; from += 1000) await bring(page, id, { from, count: 1000 });
  await eventually(() => chartOf(page).getAttribute('aria-valuemax')).toBe('10000');
  await page.reload();
  await eventually(() => chartOf(page).getAttribute('aria-valuemax')).toBe('10000');

  await chartOf(page).focus();
  await page.keyboard.press('PageDown');
  await eventually(() => spoken(page)).toMatch(/^Point 2501, .*104 nm, WE1: /);
  await page.keyboard.press('PageDown');
  await eventually(() => spoken(page)).toMatch(/^Point 7778, .*95\.5 nm, WE1: /);
  await page.keyboard.press('ArrowRight');
  await eventually(() => spoken(page)).toMatch(/^Point 7779, .*In control$/);
  await page.keyboard.press('PageUp');
  await page.getByRole('group', { name: 'Point 7778' }).getByText('WE1').waitFor();
  expect(await barriers(page)).toEqual([]);

  // Closer, and along by dragging; frames are drawn while one does.
  for (let i = 0; i < 6; i++) await page.keyboard.press('+');
  await page.keyboard.press('Escape');
  const begin = page.getByRole('slider', { name: 'Begin of what is shown' });
  const before = await begin.getAttribute('aria-valuenow');
  const box = await chartOf(page).boundingBox();
  const [x, y] = [(box?.x ?? 0) + 300, (box?.y ?? 0) + 100];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 150, y, { steps: 12 });
  await page.mouse.up();
  await eventually(async () => Number(await begin.getAttribute('aria-valuenow'))).toBeLessThan(Number(before));
  const measured = await page.evaluate(() =>
    performance.getEntriesByType('measure').map(({ name, duration }) => [name, duration > 0]),
  );
  expect(measured).toEqual(expect.arrayContaining([['spc:first-draw', true], ['spc:pan-frame', true]])); // prettier-ignore
  await page.getByRole('button', { name: 'Show all' }).click();

  await page.getByRole('button', { name: 'Show as table' }).first().click();
  await page.getByText('Points that break a rule', { exact: true }).click();
  const rows = page.getByRole('table', { name: /Film thickness: points that break a rule/ }).locator('tbody tr');
  await eventually(async () => (await rows.allTextContents()).map((row) => row.trim().slice(0, 4))).toEqual([
    '7778',
    '2501',
  ]);
  expect(await barriers(page)).toEqual([]);

  // Somebody else brings a point.
  const technician = await visitAs('technician@acme.test', '/', { browser, origin: server.origin });
  await bring(technician, id, { from: 10_000, count: 1 });
  await eventually(() => chartOf(page).getAttribute('aria-valuemax')).toBe('10001');
  await page.getByText('10,001 points').waitFor();
  expect(complaints).toEqual([]);
});

test('an address that names a point opens the chart there, on a phone too', async () => {
  const server = await startServer();
  const complaints: Complaints = [];
  const visit = { browser, origin: server.origin, complaints, width: 360, height: 740 };
  const page = await visitAs('engineer@acme.test', '/spc', visit);
  const id = await aChart(page);
  for (let from = 2000; from < 4000; from += 1000) await bring(page, id, { from, count: 1000 });
  await page.goto(`/spc/${id}?point=501`);
  await page.getByRole('group', { name: 'Point 501' }).getByText('104 nm').waitFor();
  await eventually(() => spoken(page)).toMatch(/^Point 501, /);
  const sideways = () =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(await sideways()).toBe(0);
  expect(await barriers(page)).toEqual([]);
  await page.getByRole('button', { name: 'Let go of this point' }).click();
  await page.getByRole('group', { name: 'Point 501' }).waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
});

test('a chart that is not there says so', async () => {
  const server = await startServer();
  const page = await visitAs('viewer@borealis.test', '/spc', { browser, origin: server.origin });
  await page.goto('/spc/01900000-0000-7000-8000-000000000000');
  await page.getByRole('heading', { name: 'There is no such control chart' }).waitFor();
});
