import { mostCounted, runEndpoints, type RunCounts as Counts } from '@cobench/shared/runs/endpoints';
import { runStates, type RunState } from '@cobench/shared/runs/life-cycle';
import type { Run } from '@cobench/shared/runs/run';
import { call } from '#lib/api/call.ts';
import { problemOf } from '#lib/api/problem.ts';
import type { Live } from '#lib/realtime/live.svelte.ts';
import { choiceOf, type BoardFilter } from './board-runs.ts';

/** Milliseconds that changes are gathered before they are counted again. */
const gathered = 500;

/** How many runs are in each state, counted anew when one changed its state. `filter` is reactive. */
export class RunCounts {
  #counts = $state.raw<Counts | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;
  /** The state in which each run was heard of last: most changes of a run are none of its state. */
  readonly #states: Record<string, RunState> = {};
  readonly #live: Pick<Live, 'on' | 'onreconnect'>;
  readonly #filter: () => BoardFilter;

  constructor({ live, filter }: { live: Pick<Live, 'on' | 'onreconnect'>; filter: () => BoardFilter }) {
    this.#live = live;
    this.#filter = filter;
  }

  /** “12”, “1,000+”; empty while it is not known. */
  of(state: RunState): string {
    const count = this.#counts?.[state];
    if (count === undefined) return '';
    return count >= mostCounted ? `${mostCounted.toLocaleString('en')}+` : String(count);
  }

  isEmpty(state: RunState): boolean {
    return (this.#counts?.[state] ?? 0) === 0;
  }

  /** Whether there is no run in any of these states; in none at all where none is named. False while it is not known. */
  nothing(states: readonly RunState[]): boolean {
    const wanted = states.length === 0 ? runStates : states;
    return this.#counts !== null && wanted.every((state) => this.isEmpty(state));
  }

  /** Listens until the returned clean-up is called. */
  follow(): () => void {
    const offs = [
      this.#live.on('run.changed', (run) => this.#heard(run)),
      this.#live.on('project.deleted', () => this.#soon()),
      this.#live.onreconnect(() => this.#soon()),
    ];
    return () => {
      clearTimeout(this.#timer);
      offs.forEach((off) => off());
    };
  }

  /** A count that fails is counted again with the next change: the board stands without it. */
  async load(): Promise<void> {
    const turn = ++this.#turn;
    try {
      const counts = await call(runEndpoints.counts, choiceOf(this.#filter()));
      if (turn === this.#turn) this.#counts = counts;
    } catch (error) {
      problemOf(error);
    }
  }

  #heard({ id, state }: Run): void {
    if (this.#states[id] === state) return;
    this.#states[id] = state;
    this.#soon();
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.load();
    }, gathered);
  }
}
