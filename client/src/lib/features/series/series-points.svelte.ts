import type { Problem } from '@cobench/shared/errors';
import { seriesEndpoints } from '@cobench/shared/series/endpoints';
import type { SeriesPoint } from '@cobench/shared/series/point';
import type { ControlPoint } from '#lib/charts/control-point.ts';
import { call } from '#lib/api/call.ts';
import { problemOf } from '#lib/api/problem.ts';
import type { Live } from '#lib/realtime/live.svelte.ts';
import { controlPoint } from './control-points.ts';

/** As many as the server answers with at once. */
const pageSize = 10_000;
/** So many are held in memory; beyond that the newest make room for older ones that somebody asks for. */
const mostHeld = 50_000;

/**
 * Points of a control chart: the newest, fetched once, then each one live, once and in order, across reconnects. Older ones
 * are fetched as somebody asks for them.
 */
export class SeriesPoints {
  items = $state.raw<readonly ControlPoint[]>([]);
  state = $state<'loading' | 'ready'>('loading');
  problem = $state.raw<Problem | null>(null);
  /** Older points are under way. */
  fetchingOlder = $state(false);
  /** The newest points are not among those that are here, and no new ones come. */
  past = $state(false);
  /** How many points are older than those that are here. */
  readonly olderCount = $derived.by(() => this.items[0]?.index ?? 0);
  readonly #id: string;
  readonly #limit: number;
  readonly #live: Pick<Live, 'watchSeries'>;
  #leave: () => void = () => {};
  #turn = 0;
  /** How many were wanted so far: a fetch after a loss or a revision brings as many. */
  #wanted: number;

  /** Begins with the newest `limit` points (up to 10,000) and holds no more than that until older ones are asked for. */
  constructor(id: string, { live, limit }: { live: Pick<Live, 'watchSeries'>; limit: number }) {
    this.#id = id;
    this.#live = live;
    this.#limit = limit;
    this.#wanted = limit;
  }

  /** Fetches and listens until the returned clean-up is called. */
  follow(): () => void {
    void this.load();
    return () => {
      this.#turn++;
      this.#leave();
    };
  }

  /** Fetches anew, as after a revision; what is here stays until the answer has come. Also what “try again” does. */
  async load(): Promise<void> {
    const turn = ++this.#turn;
    this.#leave();
    this.problem = null;
    try {
      const after = await this.#fetch(turn);
      if (turn === this.#turn) this.#watch(after);
    } catch (error) {
      this.#fail(error, turn);
    }
  }

  /** Goes back to the newest points. */
  newest(): Promise<void> {
    this.#wanted = this.#limit;
    return this.load();
  }

  /** Fetches points that are older than those that are here. */
  async older(): Promise<void> {
    const first = this.items[0];
    if (first === undefined || first.index === 0 || this.fetchingOlder) return;
    const turn = this.#turn;
    this.fetchingOlder = true;
    try {
      const older = await this.#page({ before: first.index, limit: this.#limit });
      if (turn !== this.#turn) return;
      this.#take([...older, ...this.items]);
    } catch (error) {
      this.#fail(error, turn);
    } finally {
      this.fetchingOlder = false;
    }
  }

  /** Sees to it that a point is here: by older points where it is near, and else by those around it. */
  async reach(index: number): Promise<void> {
    const first = this.items[0];
    if (first === undefined || index < 0 || index >= first.index) return;
    if (first.index - index <= this.#limit) return this.older();
    const turn = ++this.#turn;
    try {
      const around = await this.#page({ before: index + pageSize / 2, limit: pageSize });
      if (turn !== this.#turn || around.length === 0) return;
      this.#leave();
      this.items = around;
      this.past = true;
    } catch (error) {
      this.#fail(error, turn);
    }
  }

  /** Older points push the newest out when there are too many. */
  #take(points: readonly ControlPoint[]): void {
    this.#wanted = Math.min(mostHeld, Math.max(this.#wanted, points.length));
    if (points.length > mostHeld) {
      this.#leave();
      this.past = true;
    }
    this.items = points.slice(0, mostHeld);
  }

  #watch(after: number): void {
    this.#leave = this.#live.watchSeries(this.#id, {
      after,
      onitems: (points) => this.#append(points),
      onreload: () => this.#reload(),
    });
  }

  #append(points: readonly SeriesPoint[]): void {
    this.items = [...this.items, ...points.map(controlPoint)].slice(-this.#wanted);
  }

  /** Too much was missed to be sent. A failure ends the watch: “try again” starts another. */
  async #reload(): Promise<number> {
    const turn = this.#turn;
    try {
      return await this.#fetch(turn);
    } catch (error) {
      this.#leave();
      this.#fail(error, turn);
      return -1;
    }
  }

  /** The index of the newest point then; -1 when there is none. */
  async #fetch(turn: number): Promise<number> {
    let points: ControlPoint[] = [];
    for (;;) {
      const before = points[0]?.index;
      const limit = this.#wanted - points.length;
      const page = await this.#page({ limit, ...(before !== undefined && { before }) });
      points = [...page, ...points];
      if (page.length === 0 || points.length >= this.#wanted || points[0]?.index === 0) break;
    }
    if (turn === this.#turn) {
      this.items = points.slice(-this.#wanted);
      this.past = false;
      this.state = 'ready';
    }
    return points.at(-1)?.index ?? -1;
  }

  async #page({ limit, ...where }: { limit: number; before?: number }): Promise<ControlPoint[]> {
    const wanted = { id: this.#id, limit: Math.min(pageSize, limit), ...where };
    const { items } = await call(seriesEndpoints.points, wanted);
    return items.map(controlPoint);
  }

  #fail(error: unknown, turn: number): void {
    const problem = problemOf(error);
    if (turn === this.#turn) this.problem = problem;
  }
}
