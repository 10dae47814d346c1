import { beforeEach, expect, test, vi } from 'vitest';
import { answerFor, cacheOf, install, retire, type AppShell } from './app-shell.ts';

const origin = 'https://lab.example';
let stored: Map<string, Map<string, Response>>;
let answers: (path: string) => Promise<Response>;

/** The caches of a browser, as far as they are used. */
const caches = {
  open: async (name: string) => {
    const cache = stored.get(name) ?? new Map<string, Response>();
    stored.set(name, cache);
    return {
      addAll: async (paths: string[]) => {
        for (const path of paths) cache.set(path, await answers(path));
      },
      match: async (path: string) => cache.get(path)?.clone(),
    };
  },
  keys: async () => [...stored.keys()],
  delete: async (name: string) => stored.delete(name),
  match: async (url: string) => {
    const path = new URL(url).pathname;
    return [...stored.values()]
      .find((cache) => cache.has(path))
      ?.get(path)
      ?.clone();
  },
} as unknown as CacheStorage;

const shell: AppShell = {
  cache: cacheOf('2'),
  files: ['/_app/immutable/app.js', '/theme.js'],
  origin,
  caches,
  fetch: ((request: Request) => answers(new URL(request.url).pathname)) as typeof fetch,
};
const asking = (path: string, { mode = 'cors', method = 'GET', from = origin } = {}) =>
  ({ url: `${from}${path}`, method, mode }) as unknown as Request;
const page = (path: string) => asking(path, { mode: 'navigate' });
const offline = () => Promise.reject(new TypeError('Failed to fetch'));

beforeEach(async () => {
  stored = new Map();
  answers = async (path) => new Response(`build 2 of ${path}`);
  await install(shell);
});

test('[RT88] without the server every page is the application as it was kept, with all its files', async () => {
  answers = offline;
  expect(await (await answerFor(page('/notebook/7'), shell))?.text()).toBe('build 2 of /');
  expect(await (await answerFor(asking('/theme.js'), shell))?.text()).toBe('build 2 of /theme.js');
  expect(await (await answerFor(asking('/_app/immutable/app.js'), shell))?.text()).toBe(
    'build 2 of /_app/immutable/app.js',
  );
});

test('[RT88] what the API and the sign-in answer is neither kept nor touched', async () => {
  const untouched = [
    asking('/api/v1/me'),
    page('/auth/sign-in'),
    page('/idp/login'),
    asking('/collab-http'),
    asking('/live/'),
    asking('/theme.js', { method: 'POST' }),
    asking('/notebook', { from: 'https://elsewhere.example', mode: 'navigate' }),
  ];
  expect(untouched.map((request) => answerFor(request, shell))).toEqual(untouched.map(() => null));
  expect([...stored.values()].flatMap((cache) => [...cache.keys()])).toEqual([...shell.files, '/']);
});

test('[RT88] a new build is there at the next navigation', async () => {
  answers = async (path) => new Response(`build 3 of ${path}`);
  expect(await (await answerFor(page('/notebook'), shell))?.text()).toBe('build 3 of /notebook');
});

test('[RT88] a proxy whose server is away, and a server that does not answer, count as no server', async () => {
  answers = async () => new Response('bad gateway', { status: 502 });
  expect(await (await answerFor(page('/runs'), shell))?.text()).toBe('build 2 of /');
  vi.useFakeTimers();
  answers = () => new Promise(() => {});
  const answer = answerFor(page('/runs'), shell);
  await vi.advanceTimersByTimeAsync(4000);
  expect(await (await answer)?.text()).toBe('build 2 of /');
  vi.useRealTimers();
});

test('[RT88] the build before stays for tabs that still run it; older ones go', async () => {
  for (const version of ['0', '1']) await caches.open(cacheOf(version));
  stored.set('of somebody else', new Map());
  await retire(shell);
  expect([...stored.keys()].toSorted()).toEqual([cacheOf('1'), cacheOf('2'), 'of somebody else'].toSorted());
});
