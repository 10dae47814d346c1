import {
  livePath,
  mostPlaces,
  type ClientToServer,
  type Place,
  type ServerToClient,
} from '@cobench/shared/realtime/live';
import type { RunEvent } from '@cobench/shared/runs/run-event';
import type { SeriesPoint } from '@cobench/shared/series/point';
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
  #narrowed: readonly Place[][] = [];

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
    // This page was too slow to be told everything: as after a time away.
    socket.on('live.behind', () => this.#catchUp());
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

  /**
   * Hears of runs, series and entries only in these places, beside what is watched, until the returned clean-up is called:
   * for a page that shows no list of all. Several add up.
   */
  narrow(places: readonly Place[]): () => void {
    const mine = [...places];
    this.#narrowed = [...this.#narrowed, mine];
    if (this.#socket.connected) this.#hear();
    return () => {
      this.#narrowed = this.#narrowed.filter((places) => places !== mine);
      if (this.#socket.connected) this.#hear();
    };
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
    if (this.#narrowed.length > 0) this.#hear();
    this.#catchUp();
  }

  #catchUp(): void {
    this.#watches.startAll();
    this.#onreconnect.run();
  }

  /** Says what the page is about; what was told of the rest before it is asked for once that is heard of again. */
  #hear(): void {
    const all = this.#narrowed.flat();
    const places = this.#narrowed.length === 0 || all.length > mostPlaces ? null : all;
    this.#socket.emit('hear', { places }, ({ ok }) => {
      if (ok && places === null) this.#onreconnect.run();
    });
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
