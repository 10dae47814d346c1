import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bodyText, eventually, launchBrowser, visitAs } from './browser.ts';
import { cutDocumentsOff, startBehindProxy, storeLine, type StoreLine } from './proxies.ts';
import { startServer } from './server.ts';
import { atWork, editor, kept, saved, settled, write } from './writing.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const pi = 'pi@acme.test';

/** The application itself is on this computer: pages open without the server. */
const appIsKept = (page: Page) => page.evaluate(async () => void (await navigator.serviceWorker.ready));

async function colleagueAt(origin: string, path: string, email = pi): Promise<Page> {
  const page = await visitAs(email, path, { browser, origin });
  await editor(page).waitFor();
  return page;
}

const cut = (context: BrowserContext) => context.setOffline(true);
const restore = (context: BrowserContext) => context.setOffline(false);

test('[RT80] what is written offline survives reloads, offline and online, and reaches the server and everybody', async () => {
  const server = await startServer();
  const { page, path } = await atWork(browser, server.origin);
  await appIsKept(page);
  const colleague = await colleagueAt(server.origin, path);

  await cut(page.context());
  await write(page, ' Written offline.');
  await kept(page, 17);
  await write(colleague, ' And by Ingrid.');
  await saved(colleague);

  await page.reload();
  await eventually(() => bodyText(page)).toBe('On the server. Written offline.');
  await kept(page, 17);
  expect(await page.getByRole('textbox', { name: 'Title' }).inputValue()).toBe('Oxide etch');
  await write(page, ' Once more.');
  await kept(page, 28);
  await page.reload();
  await eventually(() => bodyText(page)).toBe('On the server. Written offline. Once more.');

  await restore(page.context());
  await saved(page);
  await eventually(() => bodyText(page)).toContain('And by Ingrid.');
  const written = await bodyText(page);
  for (const part of ['On the server.', 'Written offline. Once more.']) expect(written).toContain(part);
  await eventually(() => bodyText(colleague)).toBe(written);
  await page.reload();
  await eventually(() => bodyText(page)).toBe(written);
});

test('[RT83] another document that waits is named, leads there, and is sent without being opened', async () => {
  const server = await startServer();
  const { page, path } = await atWork(browser, server.origin);
  await appIsKept(page);
  await cut(page.context());
  await write(page, ' Unsent.');
  await kept(page, 8);
  await page.goto('/settings');
  await page.getByRole('button', { name: /not sent/ }).click();
  await page
    .getByRole('dialog')
    .getByRole('link', { name: /Oxide etch/ })
    .waitFor();

  await restore(page.context());
  const colleague = await colleagueAt(server.origin, path);
  await eventually(() => bodyText(colleague)).toBe('On the server. Unsent.');
  await page.getByText('Everything you wrote here is on the server.').waitFor();
});

test('[RT80] two tabs of one person that write offline both keep their text', async () => {
  const server = await startServer();
  const { page, path } = await atWork(browser, server.origin);
  await appIsKept(page);
  const second = await page.context().newPage();
  await second.goto(path);
  await editor(second).waitFor();
  await cut(page.context());
  await write(page, ' First tab.');
  await write(second, ' Second tab.');
  await kept(page, 11);
  await kept(second, 12);
  await second.close();
  await page.reload();
  await eventually(() => bodyText(page)).toContain('First tab.');
  expect(await bodyText(page)).toContain('Second tab.');
  await restore(page.context());
  await saved(page);
  const colleague = await colleagueAt(server.origin, path);
  await eventually(() => bodyText(colleague)).toContain('Second tab.');
  expect(await bodyText(colleague)).toBe(await bodyText(page));
});

test('[RT81] a store that stalls or fails never shows an empty page, and nothing is wiped', async () => {
  let line: StoreLine | null = null;
  const server = await startServer({
    async storeBy(url) {
      line = await storeLine(url);
      return line.url;
    },
  });
  const store = line as unknown as StoreLine;
  const { page, path } = await atWork(browser, server.origin);
  const id = path.split('/').at(-1);
  const markdown = async () =>
    ((await (await page.request.get(`/api/v1/entries/${id}/markdown`)).json()) as { markdown: string }).markdown;
  await eventually(markdown).toContain('On the server.');
  // The room is forgotten, so that the next who come have it loaded.
  await page.goto('/settings');
  await server.kill();
  await server.start();
  const colleague = await visitAs(pi, '/settings', { browser, origin: server.origin });

  let written = 'On the server.';
  for (const trouble of ['stall', 'cut'] as const) {
    store[trouble]();
    // From the copy at once, for whoever has one; for whoever has none, nothing that looks like an empty page.
    await page.goto(path);
    await eventually(() => bodyText(page)).toBe(written);
    await colleague.goto(path);
    expect(await colleague.locator('.tiptap').count()).toBe(0);
    const more = ` Kept through the ${trouble}.`;
    await write(page, more);
    await kept(page, more.length);
    store.mend();
    await saved(page);
    await settled(page);
    written += more;
    expect(await bodyText(page)).toBe(written);
    await colleague.goto('/settings');
  }
  await colleague.goto(path);
  await eventually(() => bodyText(colleague)).toBe(written);
});

test.each(['refused', 'hanging'] as const)(
  '[RT87] where websockets are %s, two people still write together, over HTTP',
  async (upgrades) => {
    const proxy = await startBehindProxy(upgrades);
    const { page, path } = await atWork(browser, proxy.origin);
    const colleague = await colleagueAt(proxy.origin, path);
    await write(page, ' Ada.');
    await eventually(() => bodyText(colleague)).toContain('Ada.');
    await write(colleague, ' Ben.');
    await eventually(() => bodyText(page)).toContain('Ben.');
    await Promise.all([saved(page), saved(colleague)]);
    expect(await bodyText(page)).toBe(await bodyText(colleague));
    await page.getByRole('button', { name: /Connected over HTTP/ }).click();
    await page.getByText(/Websockets are blocked on this network/).waitFor();
  },
);

test('[RT80] a person without any way to write there overwrites nobody when they come back', async () => {
  const proxy = await startBehindProxy('through');
  const { page, path } = await atWork(browser, proxy.origin);
  const colleague = await colleagueAt(proxy.origin, path);
  await cutDocumentsOff(page, proxy);
  await write(page, ' Mine.');
  await kept(page, 6);
  proxy.upgrades = 'through';
  await write(colleague, ' A long paragraph of a colleague.');
  await saved(colleague);
  proxy.upgrades = 'refused';
  await page.context().unroute('**/collab-http**');
  await saved(page);
  await eventually(() => bodyText(page)).toContain('A long paragraph of a colleague.');
  expect(await bodyText(page)).toContain('Mine.');
  expect(await bodyText(page)).toContain('On the server.');
  await eventually(() => bodyText(colleague)).toBe(await bodyText(page));
});
