/** The application of one build: its page and everything the page is made of. */
export type AppShell = {
  /** The name of this build's cache. */
  cache: string;
  /** Paths of all its files. */
  files: readonly string[];
  origin: string;
  caches: CacheStorage;
  fetch: typeof fetch;
};

const prefix = 'cobench-shell-';
export const cacheOf = (version: string): string => `${prefix}${version}`;

/** Every page of the application is this one file. */
const page = '/';
/** Files whose name changes with their content. */
const immutable = '/_app/immutable/';
/** What the server answers itself, whatever it looks like to a browser. */
const answeredByServer = /^\/(api|auth|idp|collab|collab-http|live|health|ready|metrics)(\/|$)/;

/** Milliseconds after which a server that does not answer is taken for one that cannot be reached. */
const patience = 4000;

/** Fetches the whole build, or nothing of it. */
export async function install({ caches, cache, files }: AppShell): Promise<void> {
  const shell = await caches.open(cache);
  await shell.addAll([...files, page]);
}

/** Removes what older builds left, but for the last: a tab that still runs it may yet ask for one of its files. */
export async function retire({ caches, cache }: AppShell): Promise<void> {
  const older = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== cache);
  await Promise.all(older.slice(0, -1).map((name) => caches.delete(name)));
}

/** What to answer a request with; null where it is none of ours, and goes to the server as if there was no worker. */
export function answerFor(request: Request, shell: AppShell): Promise<Response> | null {
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== shell.origin) return null;
  if (pathname.startsWith(immutable)) return keptFirst(request, shell);
  if (shell.files.includes(pathname)) return serverFirst(request, pathname, shell);
  if (request.mode === 'navigate' && !answeredByServer.test(pathname)) return serverFirst(request, page, shell);
  return null;
}

async function keptFirst(request: Request, { caches, fetch }: AppShell): Promise<Response> {
  return (await caches.match(request.url)) ?? fetch(request);
}

/** A new build is there at the next navigation, and the kept one only while the server cannot be reached. */
async function serverFirst(request: Request, path: string, { caches, cache, fetch }: AppShell): Promise<Response> {
  const kept = async () => (await caches.open(cache)).match(path);
  try {
    const answer = await Promise.race([fetch(request), tooLate()]);
    // A proxy whose server is away.
    return answer.status >= 502 && answer.status <= 504 ? ((await kept()) ?? answer) : answer;
  } catch (error) {
    const answer = await kept();
    if (answer === undefined) throw error;
    return answer;
  }
}

const tooLate = () =>
  new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new DOMException('The server does not answer.', 'TimeoutError')), patience);
  });
