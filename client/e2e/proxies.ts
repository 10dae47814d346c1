import { createServer as createHttp, request, type IncomingMessage } from 'node:http';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { startServer } from './server.ts';

/** A store behind a line that can be stalled or cut, as an overloaded or failing database is. */
export type StoreLine = {
  /** The address of the store by this line. */
  url: string;
  /** Nothing comes through any more, and nobody is told. */
  stall(): void;
  /** All connections end, and new ones are refused. */
  cut(): void;
  /** As if nothing had been. */
  mend(): void;
};

/** Puts a line between a server and the store at `url`. */
export async function storeLine(url: string): Promise<StoreLine> {
  const target = new URL(url);
  let state: 'whole' | 'stalled' | 'cut' = 'whole';
  const sockets = new Set<Socket>();
  const line = createServer((near) => {
    if (state === 'cut') near.destroy();
    const far = connect(Number(target.port), target.hostname);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.pipe(other);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    if (state === 'stalled') near.pause();
  });
  const port = await listening(line);
  onTestFinished(() => end(line, sockets));
  const own = new URL(url);
  own.hostname = '127.0.0.1';
  own.port = String(port);
  return {
    url: own.href,
    stall() {
      state = 'stalled';
      for (const socket of sockets) socket.pause();
    },
    cut() {
      state = 'cut';
      for (const socket of sockets) socket.destroy();
    },
    mend() {
      state = 'whole';
      for (const socket of sockets) socket.resume();
    },
  };
}

/** What a proxy does with a websocket that it does not like. */
type Upgrades = 'refused' | 'hanging' | 'through';

/** A proxy of an institution in front of the server. */
export type HttpProxy = {
  origin: string;
  upgrades: Upgrades;
  /** The port of the server behind it. */
  target: number;
};

/** The product behind a proxy, where browsers reach it. */
export async function startBehindProxy(upgrades: Upgrades): Promise<HttpProxy> {
  const proxy = await httpProxy(upgrades);
  const server = await startServer({ publicUrl: proxy.origin });
  proxy.target = Number(new URL(server.origin).port);
  return proxy;
}

/** From now on neither websockets nor long requests of this page get through; pages and the API do. */
export async function cutDocumentsOff(page: Page, proxy: HttpProxy): Promise<void> {
  proxy.upgrades = 'refused';
  await page.context().route('**/collab-http**', (route) => route.abort());
  await page.evaluate(() => dispatchEvent(new Event('offline')));
}

/** Answers at an address of its own what the server behind it answers, once that is there. */
async function httpProxy(upgrades: Upgrades): Promise<HttpProxy> {
  const hostname = 'localhost';
  const sockets = new Set<Socket>();
  const proxy: HttpProxy = { origin: '', upgrades, target: 0 };
  const server = createHttp((incoming, answer) => {
    const outgoing = request({ ...towards(incoming), hostname, port: proxy.target }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    outgoing.on('error', () => answer.destroy());
    answer.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  });
  server.on('connection', (socket) => sockets.add(socket));
  server.on('upgrade', (incoming: IncomingMessage, socket: Socket) => {
    socket.on('error', () => socket.destroy());
    if (proxy.upgrades === 'refused') socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
    else if (proxy.upgrades === 'through') pass(incoming, socket);
  });
  const pass = (incoming: IncomingMessage, socket: Socket) => {
    const outgoing = request({ ...towards(incoming), hostname, port: proxy.target });
    outgoing.on('upgrade', (response, far, head) => {
      const headers = response.rawHeaders.flatMap((name, at, all) => (at % 2 ? [] : [`${name}: ${all[at + 1]}`]));
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${headers.join('\r\n')}\r\n\r\n`);
      socket.write(head);
      sockets.add(far);
      far.on('error', () => socket.destroy());
      far.pipe(socket).pipe(far);
    });
    outgoing.on('error', () => socket.destroy());
    outgoing.end();
  };
  proxy.origin = `http://localhost:${await listening(server)}`;
  onTestFinished(() => end(server, sockets));
  return proxy;
}

/** The same request once more; whoever it is for sees no proxy. */
const towards = ({ method, url, headers }: IncomingMessage) => ({ method, path: url, headers });

const listening = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

function end(server: Server, sockets: Set<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
