import { version } from '$app/env';
import { assets, immutable } from '$app/manifest';
import { self } from '$app/service-worker';
import { answerFor, cacheOf, install, retire } from './app-shell.ts';

// The application itself, so that a page opens without the server. What people wrote is not here: that is in the copies
// of documents, and nothing that the API answers is ever kept.

/** Fonts come in three formats, of which browsers that run this take the first. */
const isOldFont = (path: string) => /\.(woff|ttf)$/.test(path);
const files = [...immutable, ...assets]
  .map(({ path }) => new URL(path, self.location.origin).pathname)
  .filter((path) => !isOldFont(path));
const shell = { cache: cacheOf(version), files, origin: self.location.origin, caches, fetch: fetch.bind(self) };

self.addEventListener('install', (event) => {
  event.waitUntil(install(shell).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(retire(shell).then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const answer = answerFor(event.request, shell);
  if (answer) event.respondWith(answer);
});
