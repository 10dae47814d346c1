import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { ingestClose } from '@cobench/shared/ingest/socket-protocol';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Actor, Denied } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault } from '../../platform/fault.ts';
import type { Log } from '../../platform/log.ts';
import { Heartbeat } from '../collab/socket.ts';
import { answerTo, type Record } from './answer.ts';
import { KeyHolder, type Verdict } from './key-holder.ts';
import { Line } from './line.ts';

type Deps = {
  /** The key that a request shows. */
  keyOf: (req: IncomingMessage) => string | null;
  /** Who holds a key now; null where it opens nothing (any more). */
  actorOf: (secret: string) => Promise<Actor | null>;
  record: Record;
  trail: { refused(by: Actor, refusal: Denied): void };
  clock: Clock;
  log: Log;
  /** How often (milliseconds) every key is asked about again. */
  askAgainEvery?: number;
};

/** As over HTTP. */
const maxPayload = 1_048_576;
/** So many sockets one key may have open. */
const mostLines = 100;
const farewellMs = 1000;

/** Takes batches of instruments over websockets, each answered as the endpoint would answer it. */
export function ingestServer({ keyOf, record, trail, log, askAgainEvery = 1000, ...deps }: Deps) {
  const sockets = new WebSocketServer({ noServer: true, maxPayload, perMessageDeflate: false });
  const heartbeat = new Heartbeat();
  const holders = new Map<string, KeyHolder<Line>>();
  let isClosing = false;

  /** Upgraded in any case: the clients that browsers and Node bring see no HTTP status, only a close code. */
  async function open(req: IncomingMessage, raw: Duplex, head: Buffer): Promise<void> {
    const secret = keyOf(req) ?? '';
    const holder = holders.get(secret) ?? new KeyHolder<Line>(secret, deps);
    const verdict = await holder.ask().catch((err: unknown): Verdict => {
      log.warn({ err }, 'a key could not be judged');
      return { allowed: false, code: 1013, reason: 'Try again in a moment.' };
    });
    if (raw.destroyed) return;
    sockets.handleUpgrade(req, raw, head, (socket) => {
      // ws closes the socket itself; without a listener the process would end.
      socket.on('error', () => undefined);
      if (isClosing) socket.close(ingestClose.restarting, 'restarting');
      else if (verdict.allowed) join(socket, secret);
      else socket.close(verdict.code, verdict.reason);
    });
  }

  function join(socket: WebSocket, secret: string): void {
    // Another one may have come with the same key meanwhile.
    const holder = holders.get(secret) ?? new KeyHolder<Line>(secret, deps);
    if (holder.lines.size >= mostLines) return socket.close(ingestClose.tooMany, 'The key has too many sockets open.');
    holders.set(secret, holder);
    const actor = async (): Promise<Actor> => {
      const verdict = await holder.verdict().catch((cause: unknown) => {
        throw new Fault('service.unavailable', { cause });
      });
      if (!verdict.allowed) throw new Fault('auth.required', { detail: verdict.reason });
      return verdict.actor;
    };
    const line = new Line(socket, async (message) =>
      JSON.stringify(await answerTo(message, { actor, record, trail, log })),
    );
    heartbeat.watch(socket);
    holder.lines.add(line);
    socket.on('close', () => {
      holder.lines.delete(line);
      if (holder.lines.size === 0 && holders.get(secret) === holder) holders.delete(secret);
    });
  }

  const timer = setInterval(() => {
    for (const holder of holders.values()) {
      holder.ask().catch((err: unknown) => log.warn({ err }, 'a key could not be judged again'));
    }
  }, askAgainEvery).unref();

  return {
    handleUpgrade: (req: IncomingMessage, raw: Duplex, head: Buffer): void => void open(req, raw, head),

    /** Answers what has come, then sends everybody away until the next start. */
    async close(): Promise<void> {
      isClosing = true;
      clearInterval(timer);
      heartbeat.stop();
      const lines = [...holders.values()].flatMap((holder) => [...holder.lines]);
      const impatience = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate();
      }, farewellMs);
      void Promise.allSettled(lines.map((line) => line.leave(ingestClose.restarting, 'restarting')));
      await Promise.all([...sockets.clients].map((socket) => once(socket, 'close')));
      clearTimeout(impatience);
    },
  };
}
