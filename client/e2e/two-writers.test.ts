import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bodyText, drawn, eventually, launchBrowser, visitAs, type Complaints } from './browser.ts';
import { anEntry } from './fixtures.ts';
import { startServer } from './server.ts';
import { saved } from './writing.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

/** Two writers and a viewer on one new entry, each in a browser of their own. */
async function threePeople(origin: string) {
  const complaints: Complaints = [];
  const visit = { browser, origin, complaints };
  const engineer = await visitAs('engineer@acme.test', '/notebook', visit);
  const { id } = await anEntry(engineer);
  const path = `/notebook/${id}`;
  await engineer.goto(path);
  const [pi, viewer] = await Promise.all([
    visitAs('pi@acme.test', path, visit),
    visitAs('viewer@acme.test', path, visit),
  ]);
  for (const page of [engineer, pi]) await page.locator('.tiptap[contenteditable="true"]').waitFor();
  await viewer.locator('.tiptap').waitFor();
  return { engineer, pi, viewer, id, complaints };
}

/** Goes to the end of the document and begins a line there. */
async function newLine(page: Page): Promise<void> {
  await page.locator('.tiptap').focus();
  await drawn(page);
  await page.keyboard.press('Control+End');
  await drawn(page);
  await page.keyboard.press('Enter');
}

test('two people write one entry at once and a viewer watches: the same text everywhere', async () => {
  const server = await startServer();
  const { engineer, pi, viewer, complaints } = await threePeople(server.origin);

  await engineer.locator('.tiptap').click();
  await engineer.keyboard.type('# Oxide etch\nFirst line. ');
  await eventually(() => bodyText(pi)).toContain('First line.');
  // Each has a line before both write: where somebody presses Enter within the line of another, it is parted there.
  await newLine(engineer);
  await eventually(async () => (await bodyText(pi)).split('\n')).toHaveLength(3);
  await newLine(pi);
  await eventually(async () => (await bodyText(engineer)).split('\n')).toHaveLength(4);
  const lines = [
    'Mateo weighs the wafer: 12.0431 g before, 12.0418 g after.',
    'Ingrid logs the chamber pressure: 30 mTorr, steady after 8 s.',
  ] as const;
  await Promise.all([engineer.keyboard.type(lines[0], { delay: 12 }), pi.keyboard.type(lines[1], { delay: 12 })]);
  for (const line of lines) await eventually(async () => (await bodyText(engineer)).split('\n')).toContain(line);
  const written = await bodyText(engineer);
  for (const page of [pi, viewer]) await eventually(() => bodyText(page)).toBe(written);
  await Promise.all([saved(engineer), saved(pi)]);

  // Carets carry the names of the session, on both sides.
  await engineer.locator('.caret[data-name="Ingrid Solberg"]').waitFor({ state: 'attached' });
  await pi.locator('.caret[data-name="Mateo Herrera"]').waitFor({ state: 'attached' });
  expect(complaints).toEqual([]);
});

test('two people press Enter at the same moment in the same place and write on: every letter of both is kept', async () => {
  const server = await startServer();
  const { engineer, pi } = await threePeople(server.origin);
  await engineer.locator('.tiptap').click();
  await engineer.keyboard.type('First line.');
  await eventually(() => bodyText(pi)).toBe('First line.');

  const words: string[] = [];
  for (let round = 0; round < 10; round++) {
    const said = [`etch${round}`, `bake${round}`] as const;
    await Promise.all([
      newLine(engineer).then(() => engineer.keyboard.type(said[0])),
      newLine(pi).then(() => pi.keyboard.type(said[1])),
    ]);
    words.push(...said);
  }
  const missing = (text: string) => {
    const there = text.split('');
    return words
      .flatMap((word) => word.split(''))
      .filter((letter) => there.splice(there.indexOf(letter) >>> 0, 1).length === 0);
  };
  for (const page of [engineer, pi]) await eventually(async () => missing(await bodyText(page))).toEqual([]);
});

test('a line becomes a heading, a list and a paragraph again while somebody types into it: every letter, in order', async () => {
  const server = await startServer();
  const { engineer, pi } = await threePeople(server.origin);
  await engineer.locator('.tiptap').click();
  await engineer.keyboard.type('Depth');
  await eventually(() => bodyText(pi)).toBe('Depth');

  const rest = ' is 12.5 nm at the edge, 12.7 nm in the middle, measured twice.';
  const typing = engineer.keyboard.type(rest, { delay: 25 });
  await pi.locator('.tiptap').focus();
  for (const keys of ['Control+Alt+2', 'Control+Alt+0', 'Control+Shift+8', 'Control+Shift+8', 'Control+Alt+3']) {
    await pi.keyboard.press(keys);
    await drawn(pi);
    await drawn(pi);
  }
  await typing;
  for (const page of [engineer, pi]) await eventually(async () => (await bodyText(page)).trim()).toBe(`Depth${rest}`);
});

test('what a viewer tries changes nothing, neither through the page nor behind its back', async () => {
  const server = await startServer();
  const { engineer, viewer, id } = await threePeople(server.origin);
  await engineer.locator('.tiptap').click();
  await engineer.keyboard.type('Only writers write.');
  await eventually(() => bodyText(viewer)).toBe('Only writers write.');

  expect(await viewer.locator('.tiptap').getAttribute('contenteditable')).toBe('false');
  await viewer.locator('.tiptap').click();
  await viewer.keyboard.type('I was here');
  const rename = await viewer.request.patch(`/api/v1/entries/${id}`, { data: { version: 0, title: 'Mine' } });
  expect(rename.status()).toBe(403);

  // A hand-made websocket with the viewer's cookie: a Yjs update that inserts text, as a sync update.
  const code = await viewer.evaluate(
    (room) =>
      new Promise<number>((resolve) => {
        const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/collab/entry/${room}`);
        socket.addEventListener('open', () => {
          const update = [1, 1, 1, 0, 4, 1, 4, 98, 111, 100, 121, 1, 120, 0];
          socket.send(new Uint8Array([0, 2, update.length, ...update]));
        });
        socket.addEventListener('close', (event) => resolve(event.code));
      }),
    id,
  );
  expect(code).toBe(4403);
  await engineer.keyboard.type(' Still.');
  await eventually(() => bodyText(viewer)).toBe('Only writers write. Still.');
  expect(await bodyText(engineer)).toBe('Only writers write. Still.');
});

test('the server is killed in the middle of typing: nobody reloads, nothing a second person saw is lost', async () => {
  const server = await startServer();
  const { engineer, pi, viewer } = await threePeople(server.origin);
  await engineer.locator('.tiptap').click();

  const words = Array.from({ length: 60 }, (_, index) => `word${index}`);
  const typing = engineer.keyboard.type(`${words.join(' ')} `, { delay: 15 });
  await eventually(() => bodyText(pi)).toContain('word12');
  const seenBefore = await bodyText(pi);
  await server.kill();
  await typing;
  await engineer
    .getByText(/changes? on this computer, not on the server yet/)
    .first()
    .waitFor();
  await server.start();

  const all = words.join(' ');
  for (const page of [engineer, pi, viewer]) await eventually(async () => (await bodyText(page)).trim()).toBe(all);
  expect(all.startsWith(seenBefore.trim())).toBe(true);
  await saved(engineer);

  // And it is on disk: a reader who comes after another kill sees all of it.
  await server.kill();
  await server.start();
  const late = await visitAs('technician@acme.test', new URL(engineer.url()).pathname, {
    browser,
    origin: server.origin,
  });
  await eventually(async () => (await bodyText(late)).trim()).toBe(all);
});

test('a session that ends while text is unsaved takes nothing away: signed in again, it is saved', async () => {
  const server = await startServer();
  const visit = { browser, origin: server.origin };
  const page = await visitAs('engineer@acme.test', '/notebook', visit);
  const { id } = await anEntry(page);
  await page.goto(`/notebook/${id}`);
  await page.locator('.tiptap[contenteditable="true"]').click();
  await page.keyboard.type('On the server.');
  await saved(page);

  const elsewhere = await visitAs('engineer@acme.test', '/notebook', visit);
  await page.context().setOffline(true);
  await page.keyboard.type(' Only in this tab.');
  await page
    .getByText(/changes? on this computer, not on the server yet/)
    .first()
    .waitFor();
  const ended = await elsewhere.request.post('/api/v1/me/end-other-sessions', { data: {} });
  expect(await ended.json()).toEqual({ ended: 1 });
  await page.context().setOffline(false);
  await page.getByText('Sign in to send them').first().waitFor();
  expect(await bodyText(page)).toBe('On the server. Only in this tab.');

  const tab = await page.context().newPage();
  await tab.goto('/auth/sign-in?returnTo=/settings');
  await tab.waitForURL('**/settings');
  await page.bringToFront();
  await page.evaluate(() => dispatchEvent(new Event('focus')));
  await saved(page);
  await elsewhere.goto(`/notebook/${id}`);
  await eventually(() => bodyText(elsewhere)).toBe('On the server. Only in this tab.');
});
