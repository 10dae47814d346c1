import { seriesEndpoints } from '@cobench/shared/series/endpoints';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { barriers } from './barriers.ts';
import { eventually, launchBrowser, visitAs, type Complaints } from './browser.ts';
import { aProject, chooseProject, request } from './fixtures.ts';
import { startServer } from './server.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const lines = [
  ['21.11.2026 08:00', '10,1', '10,0', '9,9'],
  ['21.11.2026 09:00', '9,9', '10,2', '10,0'],
  ['21.11.2026 10:00', '10,0', '9,8', '10,1'],
  ['21.11.2026 11:00', '10,2', '10,0', '9,9'],
  ['21.11.2026 12:00', '14,0', '14,2', '13,9'],
];
const csv = (rows: readonly (readonly string[])[]) =>
  `\uFEFFZeit;Wert 1;Wert 2;Wert 3\r\n${rows.map((row) => `${row.join(';')}\r\n`).join('')}`;

const option = async (page: Page, field: RegExp, name: string | RegExp) => {
  await page.getByRole('combobox', { name: field }).click();
  await page.getByRole('option', { name }).first().click();
};
const dropFile = (page: Page, name: string, text: string) =>
  page.getByLabel('File of points').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });

test('a chart of brought points is set up with its plan, filled from a file that may be sent twice, and leads the wall when it alarms', async () => {
  const server = await startServer();
  const complaints: Complaints = [];
  const visit = { browser, origin: server.origin, complaints };
  const engineer = await visitAs('engineer@acme.test', '/spc', visit);
  const project = await aProject(engineer);
  await engineer.reload();
  await chooseProject(engineer, project.name);

  // A chart of means of three, with known limits.
  await engineer.getByRole('button', { name: 'New chart' }).first().click();
  const dialog = engineer.getByRole('dialog');
  await dialog.getByText('People and files').click();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Film thickness');
  await dialog.getByRole('textbox', { name: 'Unit' }).fill('nm');
  await dialog.getByText('Chart', { exact: true }).click();
  await option(engineer, /^Chart:/, /means of subgroups/);
  await dialog.getByText('Limits', { exact: true }).click();
  await dialog.getByText('Known values').click();
  await dialog.getByLabel('Centre line').fill('10');
  await dialog.getByRole('spinbutton', { name: 'Sigma', exact: true }).fill('0.5');
  expect(await barriers(engineer)).toEqual([]);
  await dialog.getByRole('button', { name: 'Create chart' }).click();
  await engineer.getByRole('heading', { level: 1, name: 'Film thickness' }).waitFor();
  const path = new URL(engineer.url()).pathname;

  // Its action plan, by keyboard: the second step goes before the first.
  await engineer.getByRole('button', { name: 'Edit the plan' }).click();
  await dialog.getByRole('button', { name: 'Add a step' }).click();
  await engineer.keyboard.type('Stop the tool');
  await engineer.keyboard.press('Enter');
  await engineer.keyboard.type('Measure again');
  await engineer.keyboard.press('Alt+ArrowUp');
  await dialog.getByLabel('Due within hours').fill('4');
  expect(await barriers(engineer)).toEqual([]);
  await dialog.getByRole('button', { name: 'Save the plan' }).click();
  await dialog.waitFor({ state: 'detached' });
  const plan = engineer.getByRole('region', { name: 'Action plan' });
  await eventually(() => plan.getByRole('listitem').allTextContents()).toEqual(['Measure again', 'Stop the tool']);

  // A technician brings points; a line that is none is named and keeps the others back.
  const technician = await visitAs('technician@acme.test', path, visit);
  await technician.getByRole('button', { name: 'Add points' }).first().click();
  await technician.getByRole('tab', { name: /^From a file/ }).click();
  await dropFile(technician, 'broken.csv', csv([...lines, ['21.11.2026 13:00', '10,0 nm', '9,8', '10']]));
  await technician.getByText('Line 7: “10,0 nm” in “Wert 1” is not a number.').waitFor();
  expect(await technician.getByRole('button', { name: 'Add 5 points' }).isDisabled()).toBe(true);
  expect(await barriers(technician)).toEqual([]);
  await technician.getByRole('button', { name: 'Take another table' }).click();
  await dropFile(technician, 'thickness.csv', csv(lines));
  await technician.getByRole('button', { name: 'Add 5 points' }).click();
  await technician.getByText('5 points added.').waitFor();
  // The same file again adds nothing; a grown one only what is new.
  await technician.getByRole('button', { name: 'Take another table' }).click();
  await dropFile(technician, 'thickness.csv', csv([...lines, ['21.11.2026 13:00', '10,1', '9,8', '10,0']]));
  await technician.getByRole('button', { name: 'Add 6 points' }).click();
  await technician.getByText('1 point added, 5 points were here already.').waitFor();
  await technician.getByRole('tab', { name: 'By hand' }).click();
  await technician.getByRole('textbox', { name: /^Measurements/ }).fill('10,2 9.9 10');
  await technician.getByRole('button', { name: 'Add point', exact: true }).click();
  await technician.getByText('Point 7 is in.').waitFor();
  const id = path.split('/').at(-1) ?? '';
  const { items } = await request(technician, seriesEndpoints.points, { id });
  expect(items.map(({ items: measured }) => measured.length)).toEqual([3, 3, 3, 3, 3, 3, 3]);
  expect(items.filter(({ rules }) => rules.length > 0).map(({ index }) => index)).toEqual([4]);

  // The wall shows it first, and arrow keys lead through it.
  await engineer.goto('/spc?project=all');
  const cards = engineer.getByRole('article');
  await eventually(() => cards.first().textContent()).toMatch(/Out of control/);
  const card = cards.filter({ hasText: 'Film thickness' });
  await eventually(() => card.textContent()).toMatch(/Film thickness.*Out of control/s);
  await engineer.getByText('Out of control', { exact: true }).first().click();
  await eventually(() =>
    cards.evaluateAll((all) => all.every((one) => one.textContent?.includes('Out of control'))),
  ).toBe(true);
  await cards.first().getByRole('link').focus();
  await engineer.keyboard.press('End');
  await engineer.keyboard.press('Home');
  await engineer.keyboard.press('Enter');
  await engineer.getByRole('heading', { level: 1 }).waitFor();

  // A viewer sees the chart and its plan, and nothing to change.
  const viewer = await visitAs('viewer@acme.test', path, visit);
  await viewer.getByRole('region', { name: 'Action plan' }).getByText('Stop the tool').waitFor();
  for (const name of ['Add points', 'Settings', 'Edit the plan']) {
    expect(await viewer.getByRole('button', { name, exact: true }).count()).toBe(0);
  }

  // Put away, it leaves the wall and is found among the archived.
  await engineer.goto(path);
  await engineer.getByRole('button', { name: 'Settings' }).click();
  await engineer.getByRole('menuitem', { name: 'Put away…' }).click();
  await engineer.getByRole('alertdialog').getByRole('button', { name: 'Put away' }).click();
  await engineer.getByText(/^Put away .*: it takes no points/).waitFor();
  await engineer.goto('/spc?project=all&show=archived');
  await eventually(() => cards.allTextContents()).toEqual([expect.stringMatching(/Film thickness.*Archived/s)]);
  expect(complaints).toEqual([]);
});
