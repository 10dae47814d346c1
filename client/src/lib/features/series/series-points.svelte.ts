import type { Problem } from '@cobench/shared/errors';
import { seriesEndpoints, type SeriesPoint } from '@cobench/shared/series/series';
import type { ControlPoint } from '#lib/charts/control-point.ts';
import { call } from '#lib/api/call.ts';
import { problemOf } from '#lib/api/problem.ts';
import type { Live } from '#lib/realtime/live.svelte.ts';
import { controlPoint } from './control-points.ts';

/** The newest points of a control chart: fetched once, then each one live, once and in order, across reconnects. */
export class SeriesPoints {
  items = $state.raw<readonly ControlPoint[]>([]);
  state = $state<'loading' | 'ready'>('loading');
  problem = $state.raw<Problem | null>(null);
  readonly #id: string;
  readonly #limit: number;
  readonly #live: Pick<Live, 'watchSeries'>;
  #leave: () => void = () => {};
  #turn = 0;

  /** Keeps at most `limit` points (up to 10,000). */
  constructor(id: string, { live, limit }: { live: Pick<Live, 'watchSeries'>; limit: number }) {
    this.#id = id;
    this.#live = live;
    this.#limit = limit;
  }

  /** Fetches and listens until the returned clean-up is called. */
  follow(): () => void {
    void this.load();
    return () => {
      this.#turn++;
      this.#leave();
    };
  }

  /** Fetches anew; also what “try again” does. */
  async load(): Promise<void> {
    const turn = ++this.#turn;
    this.#leave();
    this.problem = null;
    try {
      const after = await this.#fetch();
      if (turn === this.#turn) this.#watch(after);
    } catch (error) {
      this.#fail(error, turn);
    }
  }

  #watch(after: number): void {
    this.#leave = this.#live.watchSeries(this.#id, {
      after,
      onitems: (points) => this.#append(points),
      onreload: () => this.#reload(),
    });
  }

  #append(points: readonly SeriesPoint[]): void {
    this.items = [...this.items, ...points.map(controlPoint)].slice(-this.#limit);
  }

  /** Too much was missed to be sent. A failure ends the watch: “try again” starts another. */
  async #reload(): Promise<number> {
    const turn = this.#turn;
    try {
      return await this.#fetch();
    } catch (error) {
      this.#leave();
      this.#fail(error, turn);
      return -1;
    }
  }

  /** The index of the newest point then; -1 when there is none. */
  async #fetch(): Promise<number> {
    const { items } = await call(seriesEndpoints.points, { id: this.#id, limit: this.#limit });
    this.items = items.map(controlPoint);
    this.state = 'ready';
    return items.at(-1)?.index ?? -1;
  }

  #fail(error: unknown, turn: number): void {
    const problem = problemOf(error);
    if (turn === this.#turn) this.problem = problem;
  }
}
