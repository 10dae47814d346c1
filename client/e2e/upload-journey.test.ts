import { fileEndpoints } from '@cobench/shared/files/endpoints';
import type { DataFile } from '@cobench/shared/files/file';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { barriers } from './barriers.ts';
import { eventually, launchBrowser, visitAs, type Complaints } from './browser.ts';
import { drop, sumOf, type Dropped } from './dropping.ts';
import { aProject, chooseProject, request } from './fixtures.ts';
import { startServer } from './server.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const technician = 'technician@acme.test';

/** Small ones, empty ones, some of a few hundred kilobytes, and one of 30 MB in the middle. */
const measured: readonly Dropped[] = Array.from({ length: 200 }, (_, seed) => ({
  seed,
  name: `scan ${String(seed).padStart(3, '0')}.dat`,
  size: seed === 120 ? 30 * 1024 ** 2 : seed % 50 === 7 ? 0 : (seed * 7919) % (seed % 10 === 0 ? 400_000 : 20_000),
}));

async function allFiles(page: Page, projectId: string): Promise<DataFile[]> {
  const files: DataFile[] = [];
  let cursor: string | undefined;
  do {
    const found = await request(page, fileEndpoints.list, { projectId, limit: 100, ...(cursor && { cursor }) });
    files.push(...found.items);
    cursor = found.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return files;
}

const tray = (page: Page) => page.getByRole('region', { name: 'Uploads' });
const sumsOf = (files: readonly Dropped[]) => Object.fromEntries(files.map((file) => [file.name, sumOf(file)]));

test('200 files are dropped, the network is cut, the laptop is opened again elsewhere: all arrive, byte for byte, none twice', async () => {
  const server = await startServer();
  const complaints: Complaints = [];
  const page = await visitAs(technician, '/data', { browser, origin: server.origin, complaints });
  const engineer = await visitAs('engineer@acme.test', '/data', { browser, origin: server.origin });
  const project = await aProject(engineer, 'Wafer scans');
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await chooseProject(page, project.name);

  await drop(page, measured);
  await tray(page)
    .getByText(/of 200 files/)
    .waitFor();
  await eventually(async () => (await allFiles(engineer, project.id)).length).toBeGreaterThan(40);

  // In the middle: some have arrived, some are on their way.
  await page.context().setOffline(true);
  await tray(page).getByText('Uploads are waiting').waitFor();
  await tray(page)
    .getByText(/will go on by themselves/)
    .waitFor();
  expect(await barriers(page)).toEqual([]);
  expect((await allFiles(engineer, project.id)).length).toBeLessThan(200);

  await page.reload();
  await tray(page).getByText('Uploads are waiting').waitFor();
  await page.context().setOffline(false);
  await tray(page)
    .getByText(/have arrived$/)
    .waitFor({ timeout: 240_000 });

  const files = await allFiles(engineer, project.id);
  expect(Object.fromEntries(files.map(({ name, latest }) => [name, latest.sha256]))).toEqual(sumsOf(measured));
  expect(files).toHaveLength(200);
  expect(files.every(({ versions }) => versions === 1)).toBe(true);
  expect((await request(page, fileEndpoints.uploads, {})).items).toEqual([]);

  // And the bytes that come back are those that were dropped.
  const big = files.find(({ name }) => name === 'scan 120.dat');
  const sum = await engineer.evaluate(async (address) => {
    const bytes = await (await fetch(address)).arrayBuffer();
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }, `/api/v1/files/${big?.id}/content`);
  expect(sum).toBe(big?.latest.sha256);

  // Nothing is left of it after another reload.
  await page.reload();
  await page.getByRole('link', { name: 'scan 199.dat' }).waitFor();
  expect(await tray(page).count()).toBe(0);
  const told = complaints.filter((words) => !/ERR_INTERNET_DISCONNECTED|websocket/i.test(words));
  expect(told).toEqual([]);
}, 420_000);

test('another tab shows the same uploads and goes on when the first is closed; whoever signs in next sends none of them', async () => {
  const server = await startServer();
  const page = await visitAs(technician, '/data', { browser, origin: server.origin });
  const engineer = await visitAs('engineer@acme.test', '/data', { browser, origin: server.origin });
  const project = await aProject(engineer, 'Two tabs');
  await chooseProject(page, project.name);
  const second = await page.context().newPage();
  await second.goto('/data');
  await second.getByRole('heading', { level: 1, name: 'Data' }).waitFor();

  await page.context().setOffline(true);
  await drop(second, measured.slice(1, 6));
  await tray(page).getByText('Uploads are waiting').waitFor();
  await tray(second).getByText('Uploads are waiting').waitFor();
  await page.close();
  await page.context().setOffline(false);
  await tray(second).getByText('All 5 files have arrived').waitFor({ timeout: 60_000 });
  const files = await allFiles(engineer, project.id);
  expect(Object.fromEntries(files.map(({ name, latest }) => [name, latest.sha256]))).toEqual(
    sumsOf(measured.slice(1, 6)),
  );
  expect(files).toHaveLength(5);

  // They stay behind while somebody else works at this computer.
  await tray(second).getByRole('button', { name: 'Close' }).click();
  await drop(second, [{ name: 'left behind.dat', size: 30 * 1024 ** 2, seed: 1 }]);
  await tray(second).getByRole('button', { name: 'Pause all uploads' }).click();
  await tray(second).getByText('Uploads are paused').waitFor();
  await second.context().clearCookies();
  await second.goto(`/auth/sign-in?returnTo=${encodeURIComponent('/data')}`);
  await second.getByLabel('E-mail').fill('pi@acme.test');
  await second.getByLabel('Password').fill('cobench-demo');
  await second.getByRole('button', { name: 'Sign in', exact: true }).click();
  await second.getByRole('link', { name: 'scan 005.dat' }).waitFor();
  expect(await tray(second).count()).toBe(0);
  expect(await allFiles(engineer, project.id)).toHaveLength(5);
});
