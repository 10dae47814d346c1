import { collabPath, messageType } from '@cobench/shared/realtime/collab';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { eventually, launchBrowser, visitAs } from './browser.ts';
import { anEntry } from './fixtures.ts';
import { startServer } from './server.ts';
import { saved, write } from './writing.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

/** Fills a document with so many paragraphs of 5 kB, as the person signed in on this page. */
async function fill(page: Page, path: string, paragraphs: number): Promise<void> {
  const origin = new URL(page.url()).origin;
  const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  class WithCookie extends WebSocket {
    constructor(url: string | URL) {
      // What Node's own WebSocket takes beside protocols.
      super(url, { headers: { cookie, origin } } as unknown as string[]);
    }
  }
  const doc = new Y.Doc();
  const room = `${origin.replace('http', 'ws')}${collabPath}/entry`;
  const provider = new WebsocketProvider(room, path.split('/').at(-1)!, doc, {
    WebSocketPolyfill: WithCookie,
    disableBc: true,
  });
  // The server's word on what is saved, which stock clients do not know.
  provider.messageHandlers[messageType.saved] = () => {};
  await expect.poll(() => provider.synced, { timeout: 20_000 }).toBe(true);
  const body = doc.getXmlFragment('body');
  const text = 'The etch rate was measured at nine points of each wafer. '.repeat(90);
  for (let number = 0; number < paragraphs; number++) {
    const paragraph = new Y.XmlElement('paragraph');
    paragraph.insert(0, [new Y.XmlText(`${number}: ${text}`)]);
    body.push([paragraph]);
  }
  await expect
    .poll(
      async () => {
        const response = await page.request.get(`/api/v1/entries/${path.split('/').at(-1)}/markdown`);
        return ((await response.json()) as { markdown: string }).markdown.includes(`${paragraphs - 1}: The etch`);
      },
      { timeout: 60_000 },
    )
    .toBe(true);
  provider.destroy();
}

test('[RT89] a document of 5 MB opens, can be written in, and does not reconnect for ever', async () => {
  const server = await startServer();
  const page = await visitAs('engineer@acme.test', '/notebook', { browser, origin: server.origin });
  const { id } = await anEntry(page, 'Everything');
  const path = `/notebook/${id}`;
  await fill(page, path, 1000);

  const sockets: string[] = [];
  page.on('websocket', (socket) => {
    if (socket.url().includes('/collab/')) sockets.push(socket.url());
  });
  await page.goto(path);
  await page
    .locator('.tiptap')
    .getByText(/^999: The etch/)
    .waitFor({ timeout: 60_000 });
  await write(page, ' The end.');
  await saved(page);
  expect(sockets).toHaveLength(1);

  // And from the copy on this computer: it is asked for what is new, not for all of it.
  const received: number[] = [];
  page.on('websocket', (socket) => {
    if (!socket.url().includes('/collab/')) return;
    socket.on('framereceived', ({ payload }) => received.push(payload.length));
  });
  await page.reload();
  await page
    .locator('.tiptap')
    .getByText(/The end\.$/)
    .waitFor({ timeout: 60_000 });
  await eventually(() => Promise.resolve(received.length)).toBeGreaterThan(0);
  await page.getByText('Saved', { exact: true }).waitFor();
  expect(received.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(100_000);
  expect(sockets).toHaveLength(2);
});
