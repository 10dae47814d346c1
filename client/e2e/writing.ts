import type { Browser, Page } from 'playwright-core';
import { eventually, visitAs } from './browser.ts';
import { anEntry } from './fixtures.ts';

/** The text of this page, where it may be written. */
export const editor = (page: Page) => page.locator('.tiptap[contenteditable="true"]');

/** All of it is on the server. */
export const saved = (page: Page) => page.getByText(/Saved \d/).waitFor();

/** So many changes, each letter one, are safe on this computer, and not on the server. */
export const kept = (page: Page, changes: number) =>
  page.getByText(`: ${changes} changes on this computer, not on the server yet`).first().waitFor();

/** This computer has written down, too, that the server has all it kept: a page that is opened again counts none of it. */
export const settled = (page: Page) => eventually(() => page.evaluate(countsKept)).toBe(0);

/** How many tabs' unsent changes this browser counts. */
async function countsKept(): Promise<number> {
  const answerOf = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.addEventListener('success', () => resolve(request.result));
      request.addEventListener('error', () => reject(request.error ?? new Error('The database does not answer.')));
    });
  let kept = 0;
  for (const { name = '' } of await indexedDB.databases()) {
    const database = await answerOf(indexedDB.open(name));
    if (database.objectStoreNames.contains('counts'))
      kept += await answerOf(database.transaction('counts').objectStore('counts').count());
    database.close();
  }
  return kept;
}

/** Writes at the end of the text. */
export async function write(page: Page, text: string): Promise<void> {
  await editor(page).focus();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(text);
}

/** An engineer with a new entry open that holds a first sentence, safe on the server. */
export async function atWork(browser: Browser, origin: string): Promise<{ page: Page; path: string }> {
  const page = await visitAs('engineer@acme.test', '/notebook', { browser, origin });
  const { id } = await anEntry(page, 'Oxide etch');
  const path = `/notebook/${id}`;
  await page.goto(path);
  await editor(page).click();
  await page.keyboard.type('On the server.');
  await saved(page);
  return { page, path };
}
