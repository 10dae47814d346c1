import { ingestClose, ingestPath, type IngestAnswer } from './socket-protocol.ts';
import type { Answer, Batch, Destination, Transport } from './transport.ts';
import type { World } from './world.ts';

/** A websocket as browsers and Node have it. */
export type Socket = {
  send(text: string): void;
  close(): void;
  addEventListener(type: 'open' | 'error', hear: () => void): void;
  addEventListener(type: 'message', hear: (event: { data: unknown }) => void): void;
  addEventListener(type: 'close', hear: (event: { code: number; reason: string }) => void): void;
};
/** Opens one with headers, which browsers cannot. */
export type OpenSocket = (url: string, headers: Record<string, string>) => Socket;

type Deps = { openSocket: OpenSocket; world: World };
type Waiting = { text: string; resolve: (answer: Answer) => void; reject: (error: Error) => void; callOff: () => void };

/** How long (milliseconds) an answer may take before the connection counts as dead. */
const patienceMs = 15_000;

/** One websocket for all batches: no request for each, and the server reads no faster than it stores. */
export function socketTransport({ url, key, runId }: Destination, { openSocket, world }: Deps): Transport {
  const address = `${url.replace(/^http/, 'ws').replace(/\/+$/, '')}${ingestPath}`;
  const waiting = new Map<string, Waiting>();
  let line: { socket: Socket; isOpen: boolean } | null = null;

  function connect(): { socket: Socket; isOpen: boolean } {
    const socket = openSocket(address, { authorization: `Bearer ${key}` });
    const opened = { socket, isOpen: false };
    socket.addEventListener('open', () => {
      opened.isOpen = true;
      if (line === opened) for (const { text } of waiting.values()) socket.send(text);
    });
    socket.addEventListener('message', ({ data }) => {
      if (line === opened) answered(JSON.parse(String(data)) as IngestAnswer);
    });
    // It is followed by `close`.
    socket.addEventListener('error', () => undefined);
    socket.addEventListener('close', (event) => {
      if (line === opened) hangUp(refusalOf(event));
    });
    return opened;
  }

  function answered(told: IngestAnswer): void {
    const one = waiting.get(told.batch ?? '');
    if (!one || told.batch === null) return;
    waiting.delete(told.batch);
    one.callOff();
    if ('receipt' in told) one.resolve({ status: 200, retryAfterSeconds: null, body: told.receipt });
    else {
      const { problem, retryAfterSeconds = null } = told;
      one.resolve({ status: problem.status, retryAfterSeconds, body: problem });
    }
  }

  /** A refusal is told as the answer to all that was sent: it is no trouble of the network. */
  function hangUp(refusal: Answer | null): void {
    line?.socket.close();
    line = null;
    const unanswered = [...waiting.values()];
    waiting.clear();
    for (const { resolve, reject, callOff } of unanswered) {
      callOff();
      if (refusal) resolve(refusal);
      else reject(new Error('The connection was lost.'));
    }
  }

  return {
    send: (batch: Batch) =>
      new Promise<Answer>((resolve, reject) => {
        const text = JSON.stringify({ id: runId, ...batch });
        const callOff = world.after(patienceMs, () => hangUp(null));
        waiting.set(batch.batch, { text, resolve, reject, callOff });
        line ??= connect();
        if (line.isOpen) line.socket.send(text);
      }),
    close: () => hangUp(null),
  };
}

function refusalOf({ code, reason }: { code: number; reason: string }): Answer | null {
  const status = statusOf.get(code);
  return status === undefined ? null : { status, retryAfterSeconds: null, body: { title: reason } };
}

const statusOf = new Map<number, number>([
  [ingestClose.keyOver, 401],
  [ingestClose.notAllowed, 403],
  [ingestClose.tooBig, 413],
]);
