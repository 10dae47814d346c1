import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { closeCode } from '@cobench/shared/realtime/collab';
import { Server, type Socket } from 'engine.io';
import type { Admission, CollabServer } from './collab-server.ts';
import { maxPollingSessions, maxPostLength } from './limits.ts';
import { PollingSession } from './polling-session.ts';

/** Who opens a session. Its later requests must show the same credential: the name of a session alone opens nothing. */
export type Visitor = { admission: Admission; credential: string };

type Options = {
  collab: Pick<CollabServer, 'enter'>;
  /** Milliseconds: how often people are asked whether they are there, and how long they may take to say so. */
  pingInterval?: number;
  pingTimeout?: number;
};

/** How long a session that was told to go may take to fetch that when the server stops. */
const farewellMs = 1000;

/** Frames over long HTTP requests, for those whose proxy lets no websocket through. The protocol is engine.io's. */
export class Polling {
  readonly #collab: Options['collab'];
  readonly #engine: Server;
  readonly #visitors = new WeakMap<IncomingMessage, Visitor>();
  readonly #sessions = new Map<string, { session: PollingSession; socket: Socket; credential: string }>();
  /** How many sessions each person has. */
  readonly #people = new Map<string, number>();

  constructor({ collab, pingInterval = 25_000, pingTimeout = 20_000 }: Options) {
    this.#collab = collab;
    this.#engine = new Server({
      transports: ['polling'],
      allowUpgrades: false,
      maxHttpBufferSize: maxPostLength,
      pingInterval,
      pingTimeout,
    });
    this.#engine.generateId = () => randomBytes(18).toString('base64url');
    this.#engine.on('connection', (socket: Socket) => this.#welcome(socket));
  }

  /** Takes the first request of a session. */
  open(req: IncomingMessage, res: ServerResponse, visitor: Visitor): void {
    this.#visitors.set(req, visitor);
    this.#engine.handleRequest(req, res);
  }

  /** Takes a further request of a session, and answers it with 400 where there is none of that name and credential. */
  proceed(req: IncomingMessage, res: ServerResponse, { id, credential }: { id: string; credential: string }): void {
    const known = this.#sessions.get(id);
    // The words of engine.io, so that its client understands.
    if (known?.credential !== credential) {
      res.writeHead(400, { 'Content-Type': 'application/json' }).end('{"code":1,"message":"Session ID unknown"}');
      return;
    }
    const take = (): void => this.#engine.handleRequest(req, res);
    if (req.method === 'POST') known.session.post(req, res, take);
    else take();
  }

  /** Waits a moment for those who were told to go, and ends the others. */
  async close(): Promise<void> {
    const sockets = [...this.#sessions.values()].map(({ socket }) => socket);
    const impatience = setTimeout(() => this.#engine.close(), farewellMs);
    await Promise.all(sockets.map((socket) => once(socket, 'close')));
    clearTimeout(impatience);
    this.#engine.close();
  }

  #welcome(socket: Socket): void {
    const visitor = this.#visitors.get(socket.request);
    if (!visitor) {
      socket.close(true);
      return;
    }
    const admission = this.#admit(socket, visitor.admission);
    const session = new PollingSession(socket, (wire) => this.#collab.enter('http', wire, admission));
    const { sid } = socket.transport;
    this.#sessions.set(sid, { session, socket, credential: visitor.credential });
    socket.once('close', () => this.#sessions.delete(sid));
  }

  #admit(socket: Socket, admission: Admission): Admission {
    if (!admission.admitted) return admission;
    const { id } = admission.person;
    const open = this.#people.get(id) ?? 0;
    if (open >= maxPollingSessions) {
      return { admitted: false, code: closeCode.flooded, reason: 'too many documents open at once' };
    }
    this.#people.set(id, open + 1);
    socket.once('close', () => {
      const left = (this.#people.get(id) ?? 1) - 1;
      if (left > 0) this.#people.set(id, left);
      else this.#people.delete(id);
    });
    return admission;
  }
}
