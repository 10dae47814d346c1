import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { barriers } from './barriers.ts';
import { launchBrowser, visitAs, type Complaints } from './browser.ts';
import { startServer } from './server.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const sideways = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

const looks = [
  { name: 'light, on a desk', colorScheme: 'light', width: 1280, height: 800 },
  { name: 'dark, on a desk', colorScheme: 'dark', width: 1280, height: 800 },
  { name: 'dark, on a phone', colorScheme: 'dark', width: 360, height: 740 },
] as const;

describe.each(looks)('$name', ({ colorScheme, width, height }) => {
  test('every page is accessible, fits its width and complains about nothing', async () => {
    const server = await startServer();
    const complaints: Complaints = [];
    const page = await visitAs('admin@acme.test', '/', { browser, origin: server.origin, complaints, width, height });
    onTestFinished(() => page.close());
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });

    const hrefs = async (list: string, pattern: string): Promise<string> => {
      await page.goto(list);
      return (await page.locator(`main a[href*="${pattern}"]`).first().getAttribute('href')) ?? list;
    };
    const entry = await hrefs('/notebook', '/notebook/');
    const pages = [
      '/',
      '/notebook',
      entry,
      ...['', '?view=compare', '?view=replay', '?view=activity'].map((view) => `${entry}/history${view}`),
      '/runs',
      await hrefs('/runs?state=completed', '/runs/'),
      '/spc',
      await hrefs('/spc', '/spc/'),
      '/alerts',
      '/alerts?state=all&project=all&group=series',
      await hrefs('/alerts?state=all&project=all', '/alerts/'),
      '/instruments',
      await hrefs('/instruments', '/instruments/'),
      '/calibrations',
      '/calibrations?within=0',
      '/data',
      '/data?trash=1',
      '/projects',
      '/admin/audit',
      '/people',
      '/people/sessions',
      '/admin/api-keys',
      '/admin/kiosks',
      '/admin/organisation',
      '/settings',
      '/docs/api',
      '/sign-in/forgot',
      '/sign-in/reset',
      '/sign-in/invitation',
      '/nowhere',
    ];
    expect(new Set(pages).size).toBe(pages.length);

    const found: Record<string, string[]> = {};
    for (const path of pages) {
      await page.goto(path);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null);
      const troubles = await barriers(page);
      if ((await sideways(page)) > 0) troubles.push(`scrolls sideways by ${await sideways(page)} px`);
      if (troubles.length > 0) found[path] = troubles;
    }
    expect(found).toEqual({});
    expect(complaints).toEqual([]);
  });
});
