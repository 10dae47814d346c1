import { chromium, type Browser, type Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';

/** Chromium without its own background traffic, which a closed network would only slow down. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The browser that npm brought, or the machine's own where CHROMIUM names one (set-up has decided). */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: String(process.env['CHROMIUM']), args: flags });

/** What the pages of a test complained about; a journey ends with an empty list. */
export type Complaints = string[];

type Visit = { browser: Browser; origin: string; complaints?: Complaints; width?: number; height?: number };

/** A person with a browser of their own, signed in through the real sign-in page. */
export async function visitAs(email: string, path: string, visit: Visit): Promise<Page> {
  const page = await visitor(visit);
  await page.goto(`/auth/sign-in?returnTo=${encodeURIComponent(path)}`);
  await enterPassword(page, email);
  await page.waitForURL((url) => url.pathname === path.split('?')[0]);
  return page;
}

/** Fills in the sign-in page of the identity provider that is built in. */
export async function enterPassword(page: Page, email: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill('cobench-demo');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** A browser context that nobody has signed in to. */
export async function visitor({ browser, origin, complaints, width = 1280, height = 800 }: Visit): Promise<Page> {
  const context = await browser.newContext({ baseURL: origin, viewport: { width, height } });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints?.push(error.message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()))
      complaints?.push(`${message.text()} (${message.location().url})`);
  });
  return page;
}

/** The document as the editor on this page shows it, without carets and labels. */
export const bodyText = (page: Page): Promise<string> =>
  page.locator('.tiptap').evaluate((element) => {
    const copy = element.cloneNode(true) as HTMLElement;
    for (const overlay of copy.querySelectorAll('[class*="caret"], .ProseMirror-widget')) overlay.remove();
    return [...copy.querySelectorAll('p, h1, h2, h3, li > p, pre')].map((block) => block.textContent).join('\n');
  });

/** The browser has told the page where the cursor is: no person presses the next key within the same frame. */
export const drawn = (page: Page) =>
  page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))),
  );

/** Waits until a page shows what is expected; says what it showed instead. */
export const eventually = <T>(read: () => Promise<T>, message?: string) =>
  expect.poll(read, { timeout: 20_000, interval: 50, ...(message && { message }) });
