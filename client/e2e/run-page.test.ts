import { identityEndpoints } from '@cobench/shared/identity/identity';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, launchBrowser, visitAs, type Complaints } from './browser.ts';
import { aProject, request } from './fixtures.ts';
import { startServer } from './server.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

/** A running run, somebody's page of the API, and an instrument that sends to it. */
async function aRunningRun(complaints: Complaints) {
  const server = await startServer();
  const visit = { browser, origin: server.origin, complaints };
  const engineer = await visitAs('engineer@acme.test', '/', visit);
  const admin = await visitAs('admin@acme.test', '/', visit);
  const { id: projectId } = await aProject(engineer);
  const { id } = await request(engineer, runEndpoints.create, { projectId, name: 'Long run' });
  await request(engineer, runEndpoints.start, { id });
  const { secret } = await request(admin, identityEndpoints.createApiKey, { name: 'RIE-1' });
  let batch = 0;
  const report = async (events: object[]): Promise<void> => {
    const response = await fetch(`${server.origin}/api/v1/runs/${id}/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ batch: `b${++batch}`, events }),
    });
    expect(response.status, await response.text()).toBe(200);
  };
  return { id, engineer, report };
}

const line = (text: string, level = 'info') => ({ kind: 'log', level, text });
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

test('a long log follows without stealing the scroll, and is searched from line to line', async () => {
  const complaints: Complaints = [];
  const { id, engineer: page, report } = await aRunningRun(complaints);
  for (const part of upTo(6)) {
    await report(upTo(500).map((i) => line(part === 1 && i === 250 ? 'Arc detected' : `line ${part * 500 + i}`)));
  }
  await page.goto(`/runs/${id}#log`);
  const log = page.getByRole('log');
  await log.getByText('line 2999', { exact: true }).waitFor();
  expect(await log.getByRole('listitem').count()).toBeLessThan(120);
  await report([line('line 3000')]);
  await log.getByText('line 3000', { exact: true }).waitFor();

  // Reading further up: nothing moves, what arrives is counted.
  await log.hover();
  await page.mouse.wheel(0, -2000);
  await page.getByRole('button', { name: 'Follow', exact: true }).last().waitFor();
  const place = () => log.evaluate((box) => box.scrollTop);
  const firstInView = () =>
    log.evaluate((box) => {
      const top = box.getBoundingClientRect().top;
      return [...box.querySelectorAll('li')].find((row) => row.getBoundingClientRect().bottom > top + 2)?.textContent;
    });
  const [before, read] = [await place(), await firstInView()];
  await report(upTo(40).map((i) => line(`new ${i}`)));
  await page.getByRole('button', { name: '40 new lines' }).waitFor();
  expect([await place(), await firstInView()]).toEqual([before, read]);

  // Older parts are fetched above what is read, which stays where it is.
  await log.evaluate((box) => (box.scrollTop = 300));
  await eventually(() => log.evaluate((box) => box.scrollTop > 2000)).toBe(true);
  await page.getByRole('button', { name: '40 new lines' }).click();
  await log.getByText('new 39', { exact: true }).waitFor();

  // Far away, and back.
  await page.getByRole('textbox', { name: 'Search the log' }).fill('arc det');
  await log.locator('mark').getByText('Arc det').waitFor();
  await log.getByText('line 749', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Previous match' }).click();
  await page.getByText('Went on from the end.').waitFor();
  await page.getByRole('textbox', { name: 'Search the log' }).fill('nothing like this');
  await page.getByText('No line contains this.').waitFor();
  await log.focus();
  await page.keyboard.press('End');
  await log.getByText('new 39', { exact: true }).waitFor();
  await report([line('Pump lost', 'error')]);
  await log.getByText('Pump lost').waitFor();
  expect(complaints).toEqual([]);
});

test(
  'a chart of two hundred thousand points is zoomed to single points, and follows again',
  { timeout: 400_000 },
  async () => {
    const complaints: Complaints = [];
    const { id, engineer: page, report } = await aRunningRun(complaints);
    const start = Date.now() - 2_000_000;
    const point = (i: number, value: number) => ({
      kind: 'metric',
      name: 'Pressure',
      value,
      unit: 'mTorr',
      observedAt: new Date(start + i * 10).toISOString(),
    });
    for (const part of upTo(400)) {
      await report(upTo(500).map((i) => point(part * 500 + i, 30 + Math.sin((part * 500 + i) / 5000))));
    }
    await page.goto(`/runs/${id}`);
    const chart = page.getByRole('slider', { name: /Pressure/ });
    const points = async () => Number(await chart.getAttribute('aria-valuemax'));
    await eventually(points).toBeGreaterThan(500);
    expect(await points()).toBeLessThanOrEqual(2000);
    await eventually(() => chart.getAttribute('aria-valuetext')).toContain('points');

    // Dragging twice gets down to what was measured.
    for (const _ of upTo(3)) await drag(page, chart);
    await eventually(async () => page.url()).toContain('time=');
    await page.getByRole('button', { name: 'Follow', exact: true }).first().waitFor();
    await eventually(() => chart.getAttribute('aria-valuetext')).not.toContain('points');
    expect(await points()).toBeGreaterThan(10);

    // The same part after a reload; what is measured meanwhile does not move it.
    const time = new URL(page.url()).searchParams.get('time');
    await page.reload();
    await eventually(() => chart.getAttribute('aria-valuetext')).toContain('mTorr');
    await report([point(200_001, 77)]);
    await page.getByRole('button', { name: /^Pressure 77/ }).waitFor();
    expect(new URL(page.url()).searchParams.get('time')).toBe(time);

    await chart.focus();
    await page.keyboard.press('Escape');
    await eventually(() => chart.getAttribute('aria-valuetext')).toContain('77');
    await eventually(async () => page.url()).not.toContain('time=');
    expect(complaints).toEqual([]);
  },
);

/** Chooses a sixteenth of what the chart shows. */
async function drag(page: Page, chart: ReturnType<Page['getByRole']>): Promise<void> {
  const before = page.url();
  const box = await chart.boundingBox();
  if (box === null) throw new Error('The chart is not there.');
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * 0.5, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5625, y, { steps: 4 });
  await page.mouse.up();
  await eventually(() => Promise.resolve(page.url())).not.toBe(before);
}
