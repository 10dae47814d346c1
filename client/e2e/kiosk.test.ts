import { identityEndpoints } from '@cobench/shared/identity/identity';
import { kioskEndpoints } from '@cobench/shared/kiosks/kiosk';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import { seriesEndpoints } from '@cobench/shared/series/endpoints';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { barriers } from './barriers.ts';
import { eventually, launchBrowser, visitAs, visitor, type Complaints } from './browser.ts';
import { aProject, request } from './fixtures.ts';
import { startServer } from './server.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

/** What a browser says by itself: nobody is signed in, a server was away, a link opens nothing. */
const expected = /ERR_CONNECTION|status of 40[13]|WebSocket/;
const isSurprising = (complaint: string): boolean => !expected.test(complaint);
const onWall = { width: 1920, height: 1080 };

test('an administrator makes a link, a screen shows what happens, and nothing any more when the link is taken back', async () => {
  const server = await startServer();
  const complaints: Complaints = [];
  const visit = { browser, origin: server.origin, complaints };
  const admin = await visitAs('admin@acme.test', '/admin/kiosks', visit);
  const { id: projectId } = await aProject(admin, 'Wall journey');
  await admin.getByRole('button', { name: 'New kiosk link' }).first().click();
  await admin.getByRole('textbox', { name: 'Name' }).fill('Clean room wall');
  await admin.getByText('Chosen ones').click();
  await admin.getByRole('checkbox', { name: 'Wall journey' }).check();
  await admin.getByRole('button', { name: 'Make link' }).click();
  const link = (await admin.getByLabel('The link').textContent()) ?? '';
  await admin.getByRole('button', { name: 'Done' }).click();
  expect(link).toMatch(/\/kiosk#cbl_[\w-]{43}$/);

  // A browser that nobody has signed in to.
  const wall = await visitor({ ...visit, ...onWall });
  await wall.goto(link);
  await wall.getByText('Nothing is running').waitFor();
  expect(wall.url()).toBe(`${server.origin}/kiosk`);
  await wall.getByText('Clean room wall · Wall journey').waitFor();
  const { id } = await request(admin, runEndpoints.create, { projectId, name: 'Wafer 21' });
  const card = wall.getByRole('article').filter({ hasText: 'Wafer 21' });
  const before = performance.now();
  await request(admin, runEndpoints.start, { id });
  await card.getByText('Running').waitFor();
  expect(performance.now() - before).toBeLessThan(2000);
  await request(admin, runEndpoints.record, { id, batch: 'a', events: [{ kind: 'progress', fraction: 0.4 }] });
  await card.getByText('40 %').waitFor();

  // The screen lives on by itself, and never takes what is old for what is now.
  await wall.reload();
  await card.waitFor();
  await server.kill();
  await wall.getByRole('alert').getByText('No connection since').waitFor();
  await server.start();
  await wall.getByText('No connection since').waitFor({ state: 'detached' });
  await card.waitFor();

  await admin.goto('/admin/kiosks');
  await admin.getByText('1 now').waitFor();
  await admin.getByRole('button', { name: 'Take back' }).click();
  const takenBack = wall.getByRole('heading', { name: 'This link was taken back.' }).waitFor();
  const at = performance.now();
  await admin.getByRole('button', { name: 'Take it back' }).click();
  await takenBack;
  expect(performance.now() - at).toBeLessThan(2000);
  expect(await wall.getByText('Wafer 21').count()).toBe(0);
  await admin.getByText('Revoked').waitFor();
  await wall.reload();
  await wall.getByRole('heading', { name: 'This link was taken back.' }).waitFor();
  expect(complaints.filter(isSurprising)).toEqual([]);
});

test('who is signed in is told before a link is opened in the same browser, and stays signed in', async () => {
  const server = await startServer();
  const admin = await visitAs('admin@acme.test', '/', { browser, origin: server.origin });
  const { secret } = await request(admin, kioskEndpoints.create, { name: 'Corridor' });
  await admin.goto(`/kiosk?theme=dark#${secret}`);
  await admin.getByRole('heading', { name: /is signed in in this browser$/ }).waitFor();
  expect(await barriers(admin)).toEqual([]);
  await admin.getByRole('button', { name: 'Show the wall' }).click();
  await admin.getByText('Corridor').waitFor();
  expect(await admin.evaluate(() => document.documentElement.className)).toContain('dark');
  await request(admin, identityEndpoints.me, {});
});

/** More runs than a wall has room for, an alert, and one that waits. */
async function aBusyLaboratory(admin: Page): Promise<void> {
  const { id: projectId } = await aProject(admin, 'Busy');
  const limits = { from: 'given', center: 30, sigma: 0.2 } as const;
  const source = { from: 'metric', metric: 'Pressure' } as const;
  const chart = { name: 'Chamber pressure', source, unit: 'mTorr', limits };
  await request(admin, seriesEndpoints.create, { projectId, ...chart });
  for (let number = 1; number <= 12; number++) {
    const { id } = await request(admin, runEndpoints.create, { projectId, name: `Etch of wafer ${number}` });
    await request(admin, runEndpoints.start, { id });
    const value = number === 1 ? 31.4 : 30;
    const metric = { kind: 'metric', name: 'Pressure', value, unit: 'mTorr' } as const;
    const progress = { kind: 'progress', fraction: number / 13 } as const;
    await request(admin, runEndpoints.record, { id, batch: 'a', events: [metric, progress] });
  }
  await request(admin, runEndpoints.create, { projectId, name: 'Waits for its turn' });
}

/** What scrolls, by how many pixels, and which cards do not hold what is in them. */
const unfit = (wall: Page): Promise<string[]> =>
  wall.evaluate(() => {
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
    const overflow = [scrollWidth - clientWidth, clientWidth > 640 ? scrollHeight - clientHeight : 0];
    const cut = [...document.querySelectorAll('article')].filter((card) => card.scrollHeight > card.clientHeight + 1);
    return [...overflow.filter(Boolean).map(String), ...cut.map((card) => `cut off: ${card.textContent}`)];
  });

test('a busy wall turns its pages, scrolls nowhere, and is accessible in both themes and on a phone', async () => {
  const server = await startServer();
  const complaints: Complaints = [];
  const visit = { browser, origin: server.origin, complaints };
  const admin = await visitAs('admin@acme.test', '/', visit);
  await aBusyLaboratory(admin);
  const { secret } = await request(admin, kioskEndpoints.create, { name: 'Clean room wall' });
  const found: Record<string, string[]> = {};
  for (const [theme, size] of [
    ['light', onWall],
    ['dark', onWall],
    ['light', { width: 390, height: 844 }],
  ] as const) {
    const wall = await visitor({ ...visit, ...size });
    await wall.emulateMedia({ reducedMotion: 'reduce' });
    await wall.goto(`/kiosk?theme=${theme}#${secret}`);
    await wall.getByRole('article').first().waitFor();
    await wall.getByText('is out of control').first().waitFor();
    // Cards take their size in the frame after they came.
    await eventually(() => unfit(wall)).toEqual([]);
    found[`${theme} ${size.width}`] = await barriers(wall);
  }
  expect(found).toEqual({ 'light 1920': [], 'dark 1920': [], 'light 390': [] });

  const wall = await visitor({ ...visit, ...onWall });
  await wall.goto(`/kiosk#${secret}`);
  const names = async () => (await wall.getByRole('article').getByRole('heading').allTextContents()).join();
  await wall.getByText(/^Page 1 of/).waitFor();
  const first = await names();
  await wall.getByText(/^Page 2 of/).waitFor();
  await eventually(names).not.toBe(first);
  await wall.getByRole('button', { name: 'Hold' }).click();
  await wall.getByRole('button', { name: 'Go on' }).waitFor();
  expect(complaints.filter(isSurprising)).toEqual([]);
});
