import { readFile } from 'node:fs/promises';
import { alertEndpoints } from '@cobench/shared/alerts/endpoints';
import { seriesEndpoints } from '@cobench/shared/series/endpoints';
import type { Browser, Locator, Page } from 'playwright-core';
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

const name = 'Etch <script>alert(1)</script> & co';
/** Points 21 and 31 are beyond the upper limit of 13, and no other one breaks a rule. */
const values = Array.from({ length: 40 }, (_, i) => (i === 20 ? 13.4 : i === 30 ? 14.2 : i % 2 === 0 ? 9.5 : 10.5));

/** An engineer and a technician look at a chart with two alarms; the technician has acknowledged one of them. */
async function aChart(complaints: Complaints) {
  const server = await startServer();
  const visit = { browser, origin: server.origin, complaints, width: 1440, height: 1000 };
  const engineer = await visitAs('engineer@acme.test', '/', visit);
  const { id: projectId } = await aProject(engineer);
  const { id } = await request(engineer, seriesEndpoints.create, {
    projectId,
    name,
    source: { from: 'points' },
    unit: 'nm',
    limits: { from: 'given', center: 10, sigma: 1 },
    specification: { lsl: 5, usl: 15 },
  });
  const start = Date.parse('2026-11-01T00:00:00Z');
  const points = values.map((value, i) => ({
    items: [value],
    at: new Date(start + i * 3_600_000).toISOString(),
    label: `lot ${i + 1}`,
    key: `p${i}`,
  }));
  await request(engineer, seriesEndpoints.addPoints, { id, points });
  const technician = await visitAs('technician@acme.test', `/spc/${id}`, visit);
  const { items: alerts } = await request(technician, alertEndpoints.list, { seriesId: id });
  expect(alerts.map(({ firstIndex }) => firstIndex).toSorted((a, b) => a - b)).toEqual([20, 30]);
  const [acknowledged] = alerts;
  if (!acknowledged) throw new Error('There is no alert.');
  await request(technician, alertEndpoints.acknowledge, { id: acknowledged.id, comment: 'I look at the pump' });
  await engineer.goto(`/spc/${id}`);
  return { id, engineer, technician, visit, acknowledgedId: acknowledged.id };
}

const bar = (page: Page) => page.getByRole('region', { name: 'What if' });

test('a limit is dragged and a point excluded; it is committed, seen by all, and taken back with its alerts', async () => {
  const complaints: Complaints = [];
  const { id, engineer, technician, acknowledgedId } = await aChart(complaints);
  await engineer.getByRole('button', { name: 'What if…' }).click();
  await bar(engineer).getByText('Nothing changes for others until you commit.').waitFor();
  expect(await barriers(engineer)).toEqual([]);

  // What the rules cost, at the rate at which the points came: one an hour.
  await engineer.getByText(/^At 1 points? an hour, as the last 40 points came within 1 d 15 h/).waitFor();
  await engineer.getByText(/a week: false alarms to expect/).waitFor();

  // The upper limit up to about 13.8.
  const upper = engineer.getByRole('slider', { name: 'Upper control limit' });
  await dragTo(engineer, upper, 13.8);
  await bar(engineer).getByText('1 alarm vanishes, 1 stays.').waitFor();
  expect(Number(await upper.getAttribute('aria-valuenow'))).toBeGreaterThan(13.5);

  // Point 31 by keyboard.
  const chart = engineer.getByRole('slider', { name: /control chart/ });
  await chart.focus();
  await chart.press('PageUp');
  await eventually(() => chart.getAttribute('aria-valuetext')).toMatch(/^Point 31,/);
  await engineer.getByRole('group', { name: 'Point 31' }).getByRole('button', { name: 'Exclude' }).click();
  await bar(engineer).getByText('2 alarms vanish, 0 stay.').waitFor();
  await engineer.getByRole('region', { name: 'What changes' }).getByText('WE1, above: point 31').waitFor();

  // Nobody leaves by mistake.
  await engineer.getByRole('link', { name: 'Control charts' }).first().click();
  const leaving = engineer.getByRole('alertdialog', { name: 'Leave without committing?' });
  await leaving.getByRole('button', { name: 'Cancel' }).click();
  await bar(engineer).getByText('2 alarms vanish, 0 stay.').waitFor();

  await commit(engineer, 'Pump swapped, tails are wider');
  await technician.getByText('“Pump swapped, tails are wider”').first().waitFor();
  await technician.getByRole('region', { name: 'Excluded points' }).getByText('Point 31').waitFor();
  await technician.getByText('In control', { exact: true }).first().waitFor();
  const active = () => request(technician, alertEndpoints.list, { seriesId: id, active: 'true' });
  await eventually(async () => (await active()).items).toEqual([]);

  // Back to the first version: the chart shows its lines first, then what bringing it back would change.
  const versions = engineer.getByRole('region', { name: 'Versions of the limits' });
  const first = versions.getByRole('listitem').filter({ hasText: 'Version 1:' });
  await first.getByRole('button', { name: 'Show its lines' }).click();
  await versions.getByText('The chart shows the lines and verdicts of version 1.').waitFor();
  await eventually(() => chart.getAttribute('aria-valuetext')).toBeTruthy();
  await first.getByRole('button', { name: 'Bring it back…' }).click();
  await bar(engineer).getByText('2 alarms appear, 0 stay.').waitFor();
  await bar(engineer).getByText('Point 31 counts again').waitFor();
  await commit(engineer, 'The pump was not the cause');
  await eventually(async () => (await active()).items.length).toBe(2);
  const again = await request(technician, alertEndpoints.get, { id: acknowledgedId });
  expect([again.state, again.withdrawn, again.acknowledgements[0]?.comment]).toEqual([
    'acknowledged',
    null,
    'I look at the pump',
  ]);
  await technician.getByText('Out of control', { exact: true }).first().waitFor();
  expect(complaints).toEqual([]);
});

test('whoever may not commit may try, and says why not; what others do meanwhile lies below the draft', async () => {
  const complaints: Complaints = [];
  const { id, engineer, technician, visit } = await aChart(complaints);
  await technician.getByRole('button', { name: 'What if…' }).click();
  await technician.getByText(/Only engineers and people above them may commit/).waitFor();
  await technician.getByRole('button', { name: 'Start a new phase' }).click();
  await technician.getByRole('spinbutton', { name: 'From point' }).fill('21');
  await bar(technician).getByText('A new phase, “Phase 2”, begins at point 21').waitFor();
  expect(await bar(technician).getByRole('button', { name: 'Commit…' }).count()).toBe(0);

  await engineer.getByRole('button', { name: 'What if…' }).click();
  await engineer.getByRole('combobox', { name: /^Rules/ }).click();
  await engineer.getByRole('option', { name: 'Nelson' }).click();
  await bar(engineer)
    .getByText(/^Rules with N1/)
    .waitFor();
  await bar(engineer).getByRole('button', { name: 'Commit…' }).click();
  const dialog = engineer.getByRole('dialog');
  await dialog.getByText(/alarm/).first().waitFor();
  await dialog.getByLabel(/^Reason/).fill('Trends matter here');

  // A colleague is faster: the draft stays, on top of what the colleague did.
  const pi = await visitAs('pi@acme.test', `/spc/${id}`, visit);
  const { revision } = await request(pi, seriesEndpoints.get, { id });
  await request(pi, seriesEndpoints.revise, { id, exclude: [20], revision, reason: 'Wrong wafer' });
  await eventually(() => bar(engineer).textContent()).toContain('Somebody has changed how these points are judged');
  await dialog.getByRole('button', { name: 'Commit', exact: true }).click();
  await dialog.getByText(/Somebody has changed this chart meanwhile/).waitFor();
  await dialog.getByRole('button', { name: 'Commit', exact: true }).click();
  await pi.getByText('“Trends matter here”').first().waitFor();
  await pi.getByRole('region', { name: 'Excluded points' }).getByText('“Wrong wafer”').waitFor();
  await pi
    .getByText(/Nine points in a row/)
    .first()
    .waitFor();
  expect(complaints.filter((words) => !words.includes('409'))).toEqual([]);
});

test('the points, the picture and a report are taken along as they are seen', async () => {
  const complaints: Complaints = [];
  const { id, engineer: page } = await aChart(complaints);
  const { revision } = await request(page, seriesEndpoints.get, { id });
  await request(page, seriesEndpoints.revise, { id, exclude: [20], revision, reason: 'Wrong wafer' });
  await page.getByRole('region', { name: 'Excluded points' }).waitFor();

  const csv = await exported(page, 'All points as CSV');
  expect(csv.name).toBe('etch-script-alert-1-script-co.csv');
  const rows = csv.content.toString('utf8').replace('\u{feff}', '').trimEnd().split('\r\n').map((row) => row.split(',')); // prettier-ignore
  const head = rows[0] ?? [];
  const column = (title: string) => rows.slice(1).map((row) => row[head.indexOf(title)]);
  const { items } = await request(page, seriesEndpoints.points, { id });
  expect(column('value').map(Number)).toEqual(values);
  expect(column('ucl').map(Number)).toEqual(items.map(({ ucl }) => ucl));
  expect(column('verdict').filter((verdict) => verdict === 'signal')).toHaveLength(1);
  expect([column('verdict')[20], column('reason')[20], column('label')[20]]).toEqual(['excluded', 'Wrong wafer', 'lot 21']); // prettier-ignore

  const svg = (await exported(page, 'Chart as seen, SVG')).content.toString('utf8');
  const read = await page.evaluate((text) => {
    const document = new DOMParser().parseFromString(text, 'image/svg+xml');
    return {
      broken: document.querySelectorAll('parsererror').length,
      scripts: document.querySelectorAll('script').length,
      title: document.querySelector('title')?.textContent,
    };
  }, svg);
  expect(read).toEqual({ broken: 0, scripts: 0, title: name });
  const png = (await exported(page, 'Chart as seen, PNG')).content;
  expect([png.subarray(1, 4).toString(), png.readUInt32BE(16)]).toEqual(['PNG', 2400]);

  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: 'Report to print' }).click();
  await page.getByRole('heading', { name: `${name}: report` }).waitFor();
  await page.getByText('Point 31: WE1').first().waitFor();
  await page.getByText('“Wrong wafer”').first().waitFor();
  await page.getByRole('heading', { name: 'Capability' }).waitFor();
  await eventually(() => page.getByRole('img', { name: /^Control chart of points/ }).evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(860); // prettier-ignore
  expect(await barriers(page)).toEqual([]);
  await page.emulateMedia({ media: 'print' });
  await eventually(() => page.getByRole('button', { name: 'Print' }).isVisible()).toBe(false);
  expect(await page.getByRole('navigation').first().isVisible()).toBe(false);
  expect(complaints).toEqual([]);
});

/** Takes hold of a line and moves it to about this value. */
async function dragTo(page: Page, handle: Locator, to: number): Promise<void> {
  const [min, max, now] = await Promise.all(
    ['aria-valuemin', 'aria-valuemax', 'aria-valuenow'].map(async (name) => Number(await handle.getAttribute(name))),
  );
  const plot = await page.getByRole('slider', { name: /control chart/ }).boundingBox();
  const box = await handle.boundingBox();
  if (!box || !plot) throw new Error('The chart is not there.');
  const perUnit = (plot.height - 32) / (Number(max) - Number(min));
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x, y - (to - Number(now)) * perUnit, { steps: 5 });
  await page.mouse.up();
}

async function commit(page: Page, reason: string): Promise<void> {
  await bar(page).getByRole('button', { name: 'Commit…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/2 alarms (vanish|appear)\./).waitFor();
  expect(await barriers(page)).toEqual([]);
  await dialog.getByLabel(/^Reason/).fill(reason);
  await dialog.getByRole('button', { name: 'Commit', exact: true }).click();
  await page.getByText('The chart is judged by your change now.').first().waitFor();
}

async function exported(page: Page, item: string): Promise<{ name: string; content: Buffer }> {
  await page.getByRole('button', { name: 'Export' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: item }).click(),
  ]);
  return { name: download.suggestedFilename(), content: await readFile(await download.path()) };
}
