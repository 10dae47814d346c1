import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, launchBrowser, visitAs, type Complaints } from './browser.ts';
import { startServer } from './server.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

/** Tuesday of next week, as fields of a form want it. */
const nextTuesday = (): string => {
  const day = new Date();
  day.setDate(day.getDate() + 8 - ((day.getDay() + 6) % 7));
  return `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, '0')}-${String(day.getDate()).padStart(2, '0')}`;
};

test('a tool is registered and booked every week; a colleague sees it at once, is refused the same time, and nobody books it while it is down', async () => {
  const server = await startServer();
  const complaints: Complaints = [];
  const visit = { browser, origin: server.origin, complaints };
  const engineer = await visitAs('engineer@acme.test', '/instruments', visit);

  await engineer.getByRole('button', { name: 'Register instrument' }).first().click();
  await engineer.getByRole('textbox', { name: 'Name' }).fill('Journey etcher');
  await engineer.getByRole('textbox', { name: 'Location' }).fill('Bay 7');
  await engineer.getByRole('checkbox', { name: /Needs a valid calibration/ }).uncheck();
  await engineer.getByRole('dialog').getByRole('button', { name: 'Register instrument' }).click();
  await engineer.getByRole('heading', { level: 1, name: 'Journey etcher' }).waitFor();
  const path = new URL(engineer.url()).pathname;

  // A colleague has its calendar open on the same week.
  const technician = await visitAs('technician@acme.test', path, visit);
  for (const page of [engineer, technician]) await page.getByRole('button', { name: 'Week after' }).click();
  const day = nextTuesday();
  const book = async (page: Page, title: string, from: string, to: string) => {
    await page.getByRole('button', { name: 'Book', exact: true }).click();
    await page.getByRole('textbox', { name: 'What for' }).fill(title);
    await page.getByLabel(/^From/).fill(`${day}T${from}`);
    await page.getByLabel(/^Until/).fill(`${day}T${to}`);
  };

  await book(engineer, 'Weekly clean', '09:00', '11:00');
  await engineer.getByRole('combobox', { name: /^Repeat/ }).click();
  await engineer.getByRole('option', { name: 'Weekly' }).click();
  await engineer.getByText(/^5 times, the last/).waitFor();
  const seen = technician.getByRole('button', { name: /^Weekly clean/ }).waitFor();
  await engineer.getByRole('dialog').getByRole('button', { name: 'Book', exact: true }).click();
  await seen;
  await engineer.getByText('It is booked 5 times.').waitFor();

  // The same time is refused in words, and the form is kept.
  await book(technician, 'My wafer', '10:00', '12:00');
  const submit = technician.getByRole('dialog').getByRole('button', { name: 'Book', exact: true });
  await submit.click();
  const refused = technician.getByRole('dialog').getByRole('alert');
  await eventually(() => refused.textContent()).toMatch(
    /has “Journey etcher” for “Weekly clean” from .* 09:00 to 11:00/,
  );
  await technician.getByLabel(/^From/).fill(`${day}T11:00`);
  await submit.click();
  await engineer.getByRole('button', { name: /^My wafer/ }).waitFor();

  // Whoever finds it broken says so: all see it, and nobody books it.
  await book(engineer, 'Too late', '14:00', '15:00');
  await technician.getByRole('button', { name: 'Take down…' }).click();
  await technician.getByRole('textbox', { name: 'Reason' }).fill('Turbo pump seized');
  await technician.getByRole('dialog').getByRole('button', { name: 'Take down' }).click();
  await engineer.getByText('Turbo pump seized').first().waitFor();
  await engineer.getByRole('dialog').getByRole('button', { name: 'Book', exact: true }).click();
  await eventually(() => engineer.getByRole('dialog').getByRole('alert').textContent()).toMatch(
    /Journey etcher.*Turbo pump seized/,
  );
  await engineer.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await expect.poll(() => engineer.getByRole('button', { name: 'Book', exact: true }).count()).toBe(0);

  // Mended, written down and up again in one step; then the calendar is chosen from by the keyboard.
  await engineer.getByRole('button', { name: 'Record work' }).click();
  await engineer.getByRole('textbox', { name: 'What was done' }).fill('Swapped the pump');
  await engineer.getByRole('combobox', { name: /^The instrument is then/ }).click();
  await engineer.getByRole('option', { name: 'Up' }).click();
  await engineer.getByRole('button', { name: 'Record', exact: true }).click();
  await technician.getByText('Swapped the pump').waitFor();
  await technician.getByRole('button', { name: 'Book', exact: true }).waitFor();
  await technician
    .getByRole('button', { name: /, 09:00, free$/ })
    .first()
    .focus();
  await technician.keyboard.press('ArrowUp');
  await technician.keyboard.press('Enter');
  await eventually(() => technician.getByLabel(/^From/).inputValue()).toMatch(/T08:00$/);

  await technician.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();

  // And by drawing with the mouse, in half hours.
  const middleOf = async (hour: string) => {
    const cell = technician.getByRole('button', { name: new RegExp(`^Wed .*, ${hour}, free$`) });
    await cell.scrollIntoViewIfNeeded();
    const box = await cell.boundingBox();
    return { x: Number(box?.x) + 20, y: Number(box?.y) + Number(box?.height) * 0.75 };
  };
  await middleOf('15:00');
  const [from, to] = [await middleOf('13:00'), await middleOf('14:00')];
  await technician.mouse.move(from.x, from.y);
  await technician.mouse.down();
  await technician.mouse.move(to.x, to.y, { steps: 4 });
  await technician.mouse.up();
  await eventually(() => technician.getByLabel(/^From/).inputValue()).toMatch(/T13:30$/);
  await eventually(() => technician.getByLabel(/^Until/).inputValue()).toMatch(/T15:00$/);

  const told = complaints.filter((words) => !words.includes('409'));
  expect(told).toEqual([]);
});
