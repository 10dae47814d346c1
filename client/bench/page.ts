import chromium from '@sparticuz/chromium';
import { chromium as playwright, type Page } from 'playwright-core';

/** Milliseconds per keystroke, and of the longest piece of work that kept the page from answering. */
export type Typing = { keystrokes: number[]; longestBlock: number };

declare global {
  interface Window {
    typing: Typing;
  }
}

const flags = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];

/** An entry, named by its websocket, in a real browser, with the cursor in its middle. */
export async function openEntry(
  url: string,
): Promise<{ type(seconds: number): Promise<Typing>; close(): Promise<void> }> {
  const socket = new URL(url);
  const path = `/notebook/${socket.pathname.split('/').at(-1)}`;
  const browser = await playwright.launch({ executablePath: await chromium.executablePath(), args: flags });
  const page = await browser.newPage({ baseURL: `http://${socket.host}`, viewport: { width: 1280, height: 800 } });
  await page.goto(`/auth/sign-in?returnTo=${encodeURIComponent(path)}`);
  await page.getByLabel('E-mail').fill('engineer@acme.test');
  await page.getByLabel('Password').fill('cobench-demo');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  const paragraphs = page.locator('.tiptap[contenteditable="true"] > p');
  await paragraphs.first().waitFor();
  await paragraphs.nth(Math.floor((await paragraphs.count()) / 2)).click();
  await page.keyboard.press('End');
  return {
    async type(seconds) {
      await watch(page);
      const end = performance.now() + seconds * 1000;
      while (performance.now() < end) await page.keyboard.type('measured ', { delay: 80 });
      return page.evaluate(() => window.typing);
    },
    close: () => browser.close(),
  };
}

/** From the moment the browser has the key to the moment the page has the character, waiting in the queue included. */
async function watch(page: Page): Promise<void> {
  await page.evaluate(() => {
    const typing: Typing = { keystrokes: [], longestBlock: 0 };
    window.typing = typing;
    addEventListener(
      'keydown',
      ({ timeStamp }) => {
        const editor = document.querySelector('.tiptap');
        if (!editor) return;
        const changed = new MutationObserver(() => {
          changed.disconnect();
          typing.keystrokes.push(performance.now() - timeStamp);
        });
        changed.observe(editor, { characterData: true, childList: true, subtree: true });
      },
      { capture: true },
    );
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) typing.longestBlock = Math.max(typing.longestBlock, duration);
    }).observe({ entryTypes: ['longtask'] });
  });
}
