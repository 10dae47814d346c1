import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileEndpoints } from '@cobench/shared/files/endpoints';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { barriers } from './barriers.ts';
import { launchBrowser, visitAs, visitor } from './browser.ts';
import { dragOver, dropFrom } from './dragging.ts';
import { aProject, chooseProject, request } from './fixtures.ts';
import { startServer } from './server.ts';

let browser: Browser;
let directory: string;
/** What a browser would show in place of the page. */
let stray: string;
beforeAll(async () => {
  browser = await launchBrowser();
  directory = await mkdtemp(join(tmpdir(), 'cobench-stray-'));
  stray = join(directory, 'notes.txt');
  await writeFile(stray, 'measured by hand');
});
afterAll(async () => {
  await browser.close();
  await rm(directory, { recursive: true });
});

const middle = { x: 640, y: 400 };
const notice = (page: Page) => page.getByText('Files cannot be dropped here');

test('files that are dropped where nothing takes them leave the page as it is, and it is said where they go', async () => {
  const server = await startServer();
  const visit = { browser, origin: server.origin };
  const viewer = await visitAs('viewer@acme.test', '/data', visit);
  const technician = await visitAs('technician@acme.test', '/runs', visit);
  const stranger = await visitor(visit);
  await stranger.goto('/sign-in');
  const here = [
    { page: viewer, path: '/data', heading: 'Data', words: /Your role allows reading files/ },
    { page: technician, path: '/runs', heading: 'Runs', words: /Drop them on Data/ },
    { page: stranger, path: '/sign-in', heading: /./, words: /Sign in first/ },
  ];
  for (const { page, path, heading, words } of here) {
    const title = page.getByRole('heading', { level: 1, name: heading }).first();
    await title.waitFor();
    await page.evaluate(() => Object.assign(window, { stays: true }));
    await dragOver(page, [stray], middle);
    await notice(page).waitFor();
    await page.getByText(words).waitFor();
    expect(await barriers(page)).toEqual([]);
    await dropFrom(page, [stray], middle);
    expect(new URL(page.url()).pathname).toBe(path);
    expect(await page.evaluate(() => 'stays' in window)).toBe(true);
    await notice(page).waitFor({ state: 'detached' });
    await title.waitFor();
  }
  expect((await request(viewer, fileEndpoints.list, { q: 'notes.txt' })).items).toEqual([]);
});

test('where files are taken nothing is said against it, and they are', async () => {
  const server = await startServer();
  const engineer = await visitAs('engineer@acme.test', '/data', { browser, origin: server.origin });
  const { id: projectId, name } = await aProject(engineer);
  await chooseProject(engineer, name);
  await dragOver(engineer, [stray], middle);
  await engineer.getByText(`Drop to upload to ${name}`).waitFor();
  expect(await notice(engineer).count()).toBe(0);
  await dropFrom(engineer, [stray], middle);
  await engineer.getByRole('link', { name: 'notes.txt' }).first().waitFor();
  const { items } = await request(engineer, fileEndpoints.list, { projectId });
  expect(items.map((file) => file.name)).toEqual(['notes.txt']);
});
