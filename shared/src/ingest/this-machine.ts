import { ingestClient, type IngestClient, type IngestOptions } from './client.ts';
import { httpTransport, type Fetch } from './http-transport.ts';
import { socketTransport, type OpenSocket, type Socket } from './socket-transport.ts';
import type { Destination } from './transport.ts';
import type { World } from './world.ts';

/** The parts of Node 22 and of browsers that the client is run by; the rest of `shared` never asks for them. */
const machine = globalThis as unknown as {
  fetch(url: string, init: object): ReturnType<Fetch>;
  AbortSignal: { timeout(ms: number): object };
  setTimeout(run: () => void, ms: number): object;
  clearTimeout(timer: object): void;
  crypto: { randomUUID(): string };
  /** That of Node takes headers, those of browsers do not. */
  WebSocket: new (url: string, options: { headers: Record<string, string> }) => Socket;
};

const thisMachine: World = {
  now: Date.now,
  random: Math.random,
  after(ms, run) {
    const timer = machine.setTimeout(run, ms);
    return () => machine.clearTimeout(timer);
  },
};

/** How long (milliseconds) a request may take before it counts as lost. */
const patienceMs = 15_000;
const fetchWithPatience: Fetch = (url, init) =>
  machine.fetch(url, { ...init, signal: machine.AbortSignal.timeout(patienceMs) });

type Options = IngestOptions & {
  /** One request per batch (the default), or one websocket for all: for many points a second, where headers can be given. */
  transport?: 'http' | 'websocket';
  /** Another websocket than that of this machine. */
  openSocket?: OpenSocket;
};

/** A client that runs on this machine's time, chance and network: what programs of instruments begin with. */
export function connectInstrument(
  to: Destination,
  { transport = 'http', openSocket, ...options }: Options = {},
): IngestClient {
  const open: OpenSocket = openSocket ?? ((url, headers) => new machine.WebSocket(url, { headers }));
  const way =
    transport === 'http'
      ? httpTransport(to, fetchWithPatience)
      : socketTransport(to, { openSocket: open, world: thisMachine });
  return ingestClient({ transport: way, world: thisMachine, sender: machine.crypto.randomUUID() }, options);
}
