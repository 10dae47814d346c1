import type { Problem } from '@cobench/shared/errors';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import type { RunEvent } from '@cobench/shared/runs/run-event';
import { Run } from '@cobench/shared/runs/run';
import { call } from '#lib/api/call.ts';
import { isMissing, problemOf } from '#lib/api/problem.ts';
import { holdsUnsent } from '#lib/realtime/collab-open.ts';
import type { Live } from '#lib/realtime/live.svelte.ts';
import { forgetPage, recallPage, rememberPage } from '#lib/realtime/page-memory.ts';
import { RunLog } from './run-log.svelte.ts';
import { newerRun } from './run-state.ts';
import { RunTelemetry } from './telemetry.svelte.ts';

/** One run and its history: fetched once, then every event live, once and in order, across reconnects. */
export class RunPage {
  run = $state.raw<Run | null>(null);
  /** Why the run or its history could not be fetched. */
  problem = $state.raw<Problem | null>(null);
  /** It does not exist, may not be seen, or its address is no address of a run. */
  readonly missing = $derived.by(() => this.run === null && isMissing(this.problem));
  /** It was deleted with its project while it was open: what is here stays, to be read and copied. */
  readonly gone = $derived.by(() => this.run !== null && isMissing(this.problem));
  readonly telemetry: RunTelemetry;
  readonly log: RunLog;
  readonly id: string;
  readonly #live: Pick<Live, 'on' | 'onreconnect' | 'watchRun'>;
  #leave: () => void = () => {};
  #turn = 0;

  constructor(id: string, live: Pick<Live, 'on' | 'onreconnect' | 'watchRun'>) {
    this.id = id;
    this.#live = live;
    this.log = new RunLog(id);
    this.telemetry = new RunTelemetry(id);
  }

  /** Fetches and listens until the returned clean-up is called. */
  follow(): () => void {
    const offs = [
      this.#live.on('run.changed', (run) => {
        if (run.id === this.id) this.put(run);
      }),
      this.#live.on('project.deleted', ({ id }) => {
        if (id === this.run?.projectId) void this.#refreshRun();
      }),
      // It comes back with its project.
      this.#live.on('project.changed', ({ id }) => {
        if (this.gone && id === this.run?.projectId) void this.load();
      }),
      this.#live.on('session.projects', ({ lost }) => {
        if (this.run && lost.includes(this.run.projectId)) this.#lost();
      }),
      this.#live.onreconnect(() => void (this.missing ? this.load() : this.#refreshRun())),
    ];
    void this.load();
    void this.#recall();
    return () => {
      this.#turn++;
      this.#leave();
      offs.forEach((off) => off());
    };
  }

  /** Fetches everything anew; also what “try again” does. */
  async load(): Promise<void> {
    const turn = ++this.#turn;
    this.#leave();
    this.problem = null;
    try {
      const [after] = await Promise.all([this.#fetchHistory(), this.#fetchRun(turn)]);
      if (turn === this.#turn) this.#watch(after);
    } catch (error) {
      this.#fail(error, turn);
    }
  }

  /** Takes over the run as it is now, unless a newer copy is known. */
  put(run: Run): void {
    this.run = this.run === null ? run : newerRun(this.run, run);
  }

  /** One does not see its project any more, and the server says so, too. Notes that it does not have stay, to be copied. */
  #lost(): void {
    const document = { kind: 'run', id: this.id } as const;
    if (holdsUnsent(document)) return void this.#refreshRun();
    this.run = null;
    void forgetPage(document);
    void this.load();
  }

  #watch(after: number): void {
    this.#leave = this.#live.watchRun(this.id, {
      after,
      onitems: (events) => this.#take(events),
      onreload: () => this.#reload(),
      // Gone, or no longer to be seen: asking for it says which.
      onlost: () => void this.#refreshRun(),
    });
  }

  #take(events: RunEvent[]): void {
    this.telemetry.append(events);
    this.log.append(events);
  }

  /** Too much was missed to be sent. A failure ends the watch: “try again” starts another. */
  async #reload(): Promise<number> {
    const turn = this.#turn;
    try {
      return await this.#fetchHistory();
    } catch (error) {
      this.#leave();
      this.#fail(error, turn);
      return 0;
    }
  }

  /** The number up to which the history is known then. */
  async #fetchHistory(): Promise<number> {
    const { metrics, lastSeq } = await call(runEndpoints.telemetry, { id: this.id });
    this.telemetry.open(metrics);
    await this.log.reopen();
    return lastSeq;
  }

  async #refreshRun(): Promise<void> {
    const turn = this.#turn;
    try {
      await this.#fetchRun(turn);
    } catch (error) {
      this.#fail(error, turn);
    }
  }

  /** What was asked before the run was lost from sight brings it back no more. */
  async #fetchRun(turn: number): Promise<void> {
    const run = await call(runEndpoints.get, { id: this.id });
    if (turn !== this.#turn) return;
    this.put(run);
    if (this.run) void rememberPage({ kind: 'run', id: this.id }, this.run);
  }

  /** Without the server its notes can still be written, under the name it had. */
  async #recall(): Promise<void> {
    const run = await recallPage({ kind: 'run', id: this.id }, Run);
    if (run !== null) this.run ??= run;
  }

  #fail(error: unknown, turn: number): void {
    const problem = problemOf(error);
    if (turn === this.#turn) this.problem = problem;
  }
}
