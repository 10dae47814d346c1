import { livePath, type ClientToServer, type ServerToClient } from '@cobench/shared/realtime/live';
import type { RunEvent } from '@cobench/shared/runs/run-event';
import type { SeriesPoint } from '@cobench/shared/series/series';
import { io, type Socket } from 'socket.io-client';
import { Handlers } from '#lib/api/handlers.ts';
import { CatchUp, type Watcher } from './catch-up.ts';
import { Watches } from './watches.ts';

export type LiveSocket = Socket<ServerToClient, ClientToServer>;

/** How the browser is connected to what happens in the laboratory; `since` in milliseconds. */
export type Connection =
  { state: 'connecting' } | { state: 'live' } | { state: 'reconnecting'; since: number } | { state: 'signed-out' };

/** Milliseconds before a connection that the server refused is tried again. */
const comeBackAfter = 2000;

/** The live connection of one tab: events, watches that miss nothing, and an honest state. */
export class Live {
  connection = $state.raw<Connection>({ state: 'connecting' });
  readonly #socket: LiveSocket;
  readonly #onreconnect = new Handlers();
  readonly #watches: Watches;

  constructor(socket: LiveSocket = openSocket()) {
    this.#socket = socket;
    this.#watches = new Watches({
      connected: () => socket.connected,
      unwatch: (topic) => socket.emit('unwatch', topic),
    });
    socket.on('connect', () => this.#connected());
    socket.on('disconnect', (reason) => this.#lost(reason));
    socket.on('connect_error', (error) => this.#refused(error));
    socket.on('session.ended', () => this.close());
    // Other projects are in sight: as after a time away, everything is asked for again.
    socket.on('session.projects', () => this.#onreconnect.run());
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
    this.#socket.on<keyof ServerToClient>(event, handler);
    return () => this.#socket.off<keyof ServerToClient>(event, handler);
  }

  /**
   * Calls `handler` each time the connection comes up, the first time included: what happened between fetching a list
   * and hearing its events would be missed otherwise. Also when one sees other projects than before.
   */
  onreconnect(handler: () => void): () => void {
    return this.#onreconnect.add(handler);
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
    return both(off, this.#watches.add({ kind: 'run', id }, catchUp));
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
    return both(off, this.#watches.add({ kind: 'series', id }, catchUp));
  }

  #connected(): void {
    this.connection = { state: 'live' };
    this.#watches.startAll();
    this.#onreconnect.run();
  }

  #lost(reason: string): void {
    this.#watches.stopAll();
    if (this.connection.state === 'signed-out') return;
    this.#wait();
    // socket.io comes back by itself, except after the server closed the connection on purpose.
    if (reason === 'io server disconnect') this.#comeBack();
  }

  #refused(error: Error): void {
    if (error.message === 'auth.required') return this.close();
    this.#wait();
    if (!this.#socket.active) this.#comeBack();
  }

  #wait(): void {
    if (this.connection.state !== 'reconnecting') this.connection = { state: 'reconnecting', since: Date.now() };
  }

  #comeBack(): void {
    setTimeout(() => {
      if (this.connection.state === 'reconnecting') this.#socket.connect();
    }, comeBackAfter);
  }
}

const both = (first: () => void, second: () => void) => () => {
  first();
  second();
};

const openSocket = (): LiveSocket =>
  io({
    path: livePath,
    transports: ['websocket'],
    autoConnect: false,
    reconnectionDelay: 500,
    reconnectionDelayMax: 5000,
  });
