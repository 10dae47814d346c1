import chromium from '@sparticuz/chromium';
import { chromium as playwright, type Page } from 'playwright-core';

/** Milliseconds, of several draws each. */
export type Drawing = {
  /** From the points at hand to the chart on its canvas, each time the page is opened. */
  firstDraw: number[];
  /** A frame of the chart while a hand moves it. */
  panFrames: number[];
  /** An empty canvas of the same size: to clear it and give it a line, and to make one. */
  emptyFrames: number[];
  emptyDraw: number;
};

const flags = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
const rounds = 6;

/** The page of a chart with so many points, in a real browser. */
export async function openChart(url: string, { points }: { points: number }) {
  const { origin, pathname } = new URL(url);
  const browser = await playwright.launch({ executablePath: await chromium.executablePath(), args: flags });
  const page = await browser.newPage({ baseURL: origin, viewport: { width: 1440, height: 900 } });
  await page.goto(`/auth/sign-in?returnTo=${encodeURIComponent(pathname)}`);
  await page.getByLabel('E-mail').fill('engineer@acme.test');
  await page.getByLabel('Password').fill('cobench-demo');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  const chart = page.getByRole('slider', { name: /control chart/ });
  await chart.waitFor();

  return {
    async draw(): Promise<Drawing> {
      const firstDraw: number[] = [];
      for (let round = 0; round < rounds; round++) {
        await page.goto(pathname);
        await page.waitForFunction(() => performance.getEntriesByName('spc:first-draw').length > 0);
        firstDraw.push(...(await measures(page, 'spc:first-draw')));
      }
      const last = Number(await chart.getAttribute('aria-valuemax'));
      if (last !== points) throw new Error(`The chart shows ${last} points.`);
      const panFrames = await panned(page);
      return { firstDraw, panFrames, ...(await emptyCanvas(page)) };
    },
    /** From a key on a limit to the next picture, with everything judged and drawn again; and the same of a key that does nothing. */
    async whatIf(): Promise<{ moves: number[]; nothing: number[] }> {
      await page.getByRole('button', { name: 'What if…' }).click();
      await page.getByRole('slider', { name: 'Upper control limit' }).focus();
      await page.evaluate(watchKeys);
      // The compiler sees the first ones for the first time.
      await pressed(page, (n) => (n % 8 < 4 ? 'ArrowDown' : 'ArrowUp'), 8);
      const moves = await pressed(page, (n) => (n % 8 < 4 ? 'ArrowDown' : 'ArrowUp'), 32);
      return { moves, nothing: await pressed(page, () => 'F9', 32) };
    },
    close: () => browser.close(),
  };
}

declare global {
  interface Window {
    keyTimes: number[];
    panTimes: number[];
  }
}

/** From the moment the browser has the key until the frame after it has been drawn. */
function watchKeys(): void {
  window.keyTimes = [];
  const told = new MessageChannel();
  addEventListener(
    'keydown',
    ({ timeStamp }) => {
      // Within a frame its callbacks come first, then style, layout and picture, and then this message.
      requestAnimationFrame(() => {
        told.port1.addEventListener('message', () => window.keyTimes.push(performance.now() - timeStamp), {
          once: true,
        });
        told.port1.start();
        told.port2.postMessage(null);
      });
    },
    { capture: true },
  );
}

async function pressed(page: Page, key: (n: number) => string, times: number): Promise<number[]> {
  await page.evaluate(() => (window.keyTimes = []));
  for (let n = 0; n < times; n++) {
    await page.keyboard.press(key(n));
    await page.waitForFunction((count) => window.keyTimes.length >= count, n + 1);
  }
  return page.evaluate(() => window.keyTimes);
}

/** A hand zooms in to half of the points, and moves them to and fro. */
async function panned(page: Page): Promise<number[]> {
  await page.evaluate(() => {
    window.panTimes = [];
    new PerformanceObserver((list) => {
      for (const { name, duration } of list.getEntries()) if (name === 'spc:pan-frame') window.panTimes.push(duration);
    }).observe({ entryTypes: ['measure'] });
  });
  const chart = page.getByRole('slider', { name: /control chart/ });
  await chart.focus();
  await page.keyboard.press('+');
  const box = await chart.boundingBox();
  if (!box) throw new Error('There is no chart to move.');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let n = 0; n < 150; n++) await page.mouse.move(x + 220 * Math.sin(n / 12), y);
  await page.mouse.up();
  const times = await page.evaluate(() => window.panTimes);
  if (times.length < 20) throw new Error(`Only ${times.length} frames were drawn while the chart was moved.`);
  return times.slice(5);
}

const measures = (page: Page, name: string): Promise<number[]> =>
  page.evaluate((of) => performance.getEntriesByName(of).map(({ duration }) => duration), name);

async function emptyCanvas(page: Page): Promise<Pick<Drawing, 'emptyFrames' | 'emptyDraw'>> {
  return page.evaluate(async () => {
    const begun = performance.now();
    const canvas = document.createElement('canvas');
    canvas.width = 1000;
    canvas.height = 320;
    canvas.style.cssText = 'position:fixed;inset:0';
    document.body.append(canvas);
    const context = canvas.getContext('2d');
    context?.fillRect(0, 0, 1, 1);
    const emptyDraw = performance.now() - begun;
    const emptyFrames: number[] = [];
    for (let n = 0; n < 30; n++) {
      await new Promise(requestAnimationFrame);
      const frame = performance.now();
      // The clock of a page is coarse: a hundred times in one frame.
      for (let again = 0; again < 100; again++) {
        context?.clearRect(0, 0, 1000, 320);
        context?.beginPath();
        context?.moveTo(0, n);
        context?.lineTo(1000, 320 - n);
        context?.stroke();
      }
      emptyFrames.push((performance.now() - frame) / 100);
    }
    canvas.remove();
    return { emptyFrames, emptyDraw };
  });
}
