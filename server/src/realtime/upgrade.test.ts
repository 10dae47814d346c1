import { once } from 'node:events';
import { connect } from 'node:net';
import { closeCode, messageType, schemaVersion } from '@cobench/shared/realtime/collab';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { anEntry, closing, startCollab, until, type CollabHouse } from '../../test/collab/collab-house.ts';
import { MemoryLog } from '../../test/collab/memory-log.ts';
import { newId } from '../platform/new-id.ts';

const log = new MemoryLog();
const loads = vi.fn<() => void>();
let house: CollabHouse;
let host: string;

beforeAll(async () => {
  log.gate = async (step) => {
    if (step === 'load') loads();
  };
  house = await startCollab({ log });
  host = new URL(house.url).host;
});

afterAll(() => house.close());

/** The status line that an upgrade request is answered with. */
async function answerTo(path: string, headers: Record<string, string> = {}): Promise<string> {
  const { hostname, port } = new URL(house.url);
  const socket = connect(Number(port), hostname);
  const fields = {
    Host: host,
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return answer.toString().split('\r\n')[0]!;
}

const closeOf = async (path: string): Promise<number> => closing(new WebSocket(`ws://${host}${path}`));
const entry = () => `/collab/entry/${newId()}`;

describe('[RT26] the door', () => {
  test('is closed to pages of other sites, before anything is looked up', async () => {
    expect(await answerTo(`${entry()}?as=ada`, { Origin: 'https://evil.example' })).toMatch(/ 403 /);
    expect(await answerTo(`${entry()}?as=ada`, { Origin: 'null' })).toMatch(/ 403 /);
    expect(await answerTo(`${entry()}?as=ada`, { Origin: `http://${host}` })).toMatch(/ 101 /);
    expect(await answerTo(`${entry()}?as=ada`)).toMatch(/ 101 /);
  });

  test.each(['/', '/collaboration', '/api/v1/entries', '/collab', '//', '/%'])('has nothing at %s', async (path) => {
    expect(await answerTo(path)).toMatch(/ 404 /);
  });

  test('leaves the sockets of others alone', async () => {
    const taken = vi.fn<() => void>();
    house.server.on('upgrade', (req, socket) => {
      if (!req.url?.startsWith('/live') && !req.headers['sec-websocket-protocol']) return;
      taken();
      socket.end('HTTP/1.1 299 Mine\r\n\r\n');
    });
    expect(await answerTo('/live/?EIO=4', { Origin: 'https://evil.example' })).toMatch(/ 299 /);
    expect(await answerTo('/', { 'Sec-WebSocket-Protocol': 'vite-hmr' })).toMatch(/ 299 /);
    expect(taken).toHaveBeenCalledTimes(2);
  });

  test('outlives a connection that breaks while it is asked who comes', async () => {
    const { hostname, port } = new URL(house.url);
    const socket = connect(Number(port), hostname);
    socket.write(`GET ${entry()}?as=ada HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
    socket.resetAndDestroy();
    expect(await answerTo(`${entry()}?as=ada`)).toMatch(/ 101 /);
  });

  test.each([
    ['no session', entry(), closeCode.signedOut],
    ['a session store that is away', `${entry()}?as=broken`, closeCode.loadFailed],
    ['an unknown kind', `/collab/protocol/${newId()}?as=ada`, closeCode.missing],
    ['an id that is none', '/collab/entry/my-notes?as=ada', closeCode.missing],
    ['an id of another version', `/collab/entry/${crypto.randomUUID()}?as=ada`, closeCode.missing],
    ['something after the id', `${entry()}/more?as=ada`, closeCode.missing],
    ['a way around', `/collab/entry/../entry/%2e%2e?as=ada`, closeCode.missing],
  ])('opens and says why not, where browsers can see it: %s', async (_, path, code) => {
    loads.mockClear();
    expect(await closeOf(path)).toBe(code);
    expect(loads).not.toHaveBeenCalled();
    expect(house.collab.load()).toEqual({ rooms: 0, sockets: 0 });
  });

  test('what one may not read does not exist', async () => {
    house.access.set('stranger', 'missing');
    expect(await closeOf(`${entry()}?as=stranger`)).toBe(closeCode.missing);
    expect(loads).not.toHaveBeenCalled();
  });
});

describe('[RT27] the editor’s schema', () => {
  test.each([String(schemaVersion - 1), '-1', 'old', ''])('version "%s" is told to reload', async (version) => {
    expect(await closeOf(`${entry()}?as=ada&schema=${version}`)).toBe(closeCode.outdatedSchema);
  });

  test.each(['', `&schema=${schemaVersion}`, `&schema=${schemaVersion + 1}`])('"%s" may edit', async (version) => {
    const document = anEntry();
    const socket = new WebSocket(`${house.url}/${document.id}?as=ada${version}`);
    const [frame] = (await once(socket, 'message')) as [Buffer];
    expect(frame[0]).toBe(messageType.sync);
    socket.close();
    await until(() => house.collab.load().sockets === 0);
  });
});
