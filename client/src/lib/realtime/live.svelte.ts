import { livePath, type ClientToServer, type ServerToClient } from '@cobench/shared/realtime/live';
import type { RunEvent } from '@cobench/shared/runs/run-event';
import type { SeriesPoint } from '@cobench/shared/series/series';
import { io, type Socket } from 'socket.io-client';
import { CatchUp, type Watcher } from './catch-up.ts';

export type LiveSocket = Socket<ServerToClient, ClientToServer>;

/** How the browser is connected to what happens in the laboratory. */
export type Connection =
  { state: 'connecting' } | { state: 'live' } | { state: 'reconnecting'; since: Date } | { state: 'signed-out' };

const openSocket = (): LiveSocket =>
  io({
    path: livePath,
    transports: ['websocket'],
    autoConnect: false,
    reconnectionDelay: 500,
    reconnectionDelayMax: 5000,
  });

/** Milliseconds before a connection that the server refused is tried again. */
const comeBackAfter = 2000;

/** The live connection of one tab: events, watches that miss nothing, and an honest state. */
export class Live {
  connection = $state.raw<Connection>({ state: 'connecting' });
  readonly #socket: LiveSocket;
  readonly #onreconnect = new Set<() => void>();
  readonly #watches = new Set<CatchUp<RunEvent> | CatchUp<SeriesPoint>>();
  readonly #watchers = new Map<string, number>();

  constructor(socket: LiveSocket = openSocket()) {
    this.#socket = socket;
    socket.on('connect', () => this.#connected());
    socket.on('disconnect', (reason) => this.#lost(reason));
    socket.on('connect_error', (error) => this.#refused(error));
    socket.on('session.ended', () => this.#ended());
  }

  open(): void {
    this.connection = { state: 'connecting' };
    this.#socket.connect();
  }

  close(): void {
    this.connection = { state: 'signed-out' };
    this.#socket.disconnect();
  }

  /** Hears an event of the organisation until the returned clean-up is called. */
  on<E extends keyof ServerToClient>(event: E, handler: ServerToClient[E]): () => void {
    // The socket's listener type is a union over all events and cannot be narrowed by a generic one.
    const socket = this.#socket as {
      on(event: string, handler: unknown): void;
      off(event: string, handler: unknown): void;
    };
    socket.on(event, handler);
    return () => socket.off(event, handler);
  }

  /**
   * Calls `handler` each time the connection comes up, the first time included: what happened between fetching a list
   * and hearing its events would be missed otherwise.
   */
  onreconnect(handler: () => void): () => void {
    this.#onreconnect.add(handler);
    return () => this.#onreconnect.delete(handler);
  }

  /** Every event of a run after `watcher.after`, once and in order, across reconnects. Returns its clean-up. */
  watchRun(id: string, watcher: Watcher<RunEvent>): () => void {
    const catchUp = new CatchUp<RunEvent>(watcher, {
      numberOf: ({ seq }) => seq,
      ask: (after, answer) => this.#socket.emit('watch.run', { id, after }, answer),
    });
    const off = this.on('run.recorded', ({ runId, events }) => {
      if (runId === id) catchUp.receive(events);
    });
    return this.#watch({ kind: 'run', id }, catchUp, off);
  }

  /** Every point of a series after index `watcher.after` (-1 for none), once and in order. Returns its clean-up. */
  watchSeries(id: string, watcher: Watcher<SeriesPoint>): () => void {
    const catchUp = new CatchUp<SeriesPoint>(watcher, {
      numberOf: ({ index }) => index,
      ask: (after, answer) => this.#socket.emit('watch.series', { id, after }, answer),
    });
    const off = this.on('series.grew', ({ seriesId, points }) => {
      if (seriesId === id) catchUp.receive(points);
    });
    return this.#watch({ kind: 'series', id }, catchUp, off);
  }

  #watch(
    topic: { kind: 'run' | 'series'; id: string },
    catchUp: CatchUp<RunEvent> | CatchUp<SeriesPoint>,
    off: () => void,
  ) {
    const key = `${topic.kind}/${topic.id}`;
    this.#watches.add(catchUp);
    this.#watchers.set(key, (this.#watchers.get(key) ?? 0) + 1);
    // While there is no connection the next 'connect' starts it; a buffered request would be asked twice.
    if (this.#socket.connected) catchUp.start();
    return () => {
      off();
      catchUp.stop();
      if (!this.#watches.delete(catchUp)) return;
      const others = (this.#watchers.get(key) ?? 1) - 1;
      this.#watchers.set(key, others);
      if (others > 0) return;
      this.#watchers.delete(key);
      if (this.#socket.connected) this.#socket.emit('unwatch', topic);
    };
  }

  #connected(): void {
    this.connection = { state: 'live' };
    for (const watch of this.#watches) watch.start();
    for (const handler of this.#onreconnect) handler();
  }

  #lost(reason: string): void {
    if (this.connection.state === 'signed-out') return;
    this.#waitSince(new Date());
    for (const watch of this.#watches) watch.stop();
    // socket.io comes back by itself, except after the server closed the connection on purpose.
    if (reason === 'io server disconnect') this.#comeBack();
  }

  #refused(error: Error): void {
    if (error.message === 'auth.required') return this.#ended();
    this.#waitSince(new Date());
    if (!this.#socket.active) this.#comeBack();
  }

  #comeBack(): void {
    setTimeout(() => {
      if (this.connection.state === 'reconnecting') this.#socket.connect();
    }, comeBackAfter);
  }

  #waitSince(since: Date): void {
    if (this.connection.state !== 'reconnecting') this.connection = { state: 'reconnecting', since };
  }

  #ended(): void {
    this.connection = { state: 'signed-out' };
    this.#socket.disconnect();
  }
}
