import { holds, type LogLine } from '@cobench/shared/runs/log-line';
import { problemOf } from '#lib/api/problem.ts';
import type { RunLog } from './run-log.svelte.ts';

type Log = Pick<RunLog, 'lines' | 'find' | 'openAt' | 'pause'>;
export type Direction = 'older' | 'newer';

/** Looks for a text in the whole log of a run, one line after another, and remembers which one it is at. */
export class LogSearch {
  text = $state('');
  /** The event of the line that was found last. */
  found = $state<number | null>(null);
  /** What to say besides: that there is none, or that it went on from the other end. */
  remark = $state('');
  busy = $state(false);
  #turn = 0;
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Looks for another text, first upwards from the newest line in view. */
  async look(text: string, newestInView: number): Promise<void> {
    this.text = text;
    this.clear();
    if (text !== '') await this.next('older', newestInView + 1);
  }

  /** On to the nearest line in a direction, from the last one found or else from an event; round and round. */
  async next(direction: Direction, from: number): Promise<void> {
    if (this.text === '') return;
    const turn = ++this.#turn;
    this.busy = true;
    try {
      const { seq, remark } = await this.#find(direction, this.found ?? from);
      if (turn !== this.#turn) return;
      this.remark = remark;
      if (seq === null) return;
      this.#log.pause();
      if (!this.#log.lines.some((line) => line.seq === seq)) await this.#log.openAt(seq);
      if (turn === this.#turn) this.found = seq;
    } catch (error) {
      const { title, detail } = problemOf(error);
      if (turn === this.#turn) this.remark = detail ?? title;
    } finally {
      if (turn === this.#turn) this.busy = false;
    }
  }

  /** Nothing is looked for any more, or not yet. */
  clear(): void {
    this.#turn++;
    this.busy = false;
    this.found = null;
    this.remark = '';
  }

  async #find(direction: Direction, from: number): Promise<{ seq: number | null; remark: string }> {
    const { text } = this;
    const near = this.#near(from, direction) ?? (await this.#log.find(text, { from, direction }));
    if (near !== null) return { seq: near, remark: '' };
    const [start, end] =
      direction === 'older' ? ([Number.MAX_SAFE_INTEGER, 'end'] as const) : ([0, 'beginning'] as const);
    const seq = await this.#log.find(text, { from: start, direction });
    return { seq, remark: seq === null ? 'No line contains this.' : `Went on from the ${end}.` };
  }

  /** Within what is at hand there is no gap: the nearest line here is the nearest one of all. */
  #near(from: number, direction: Direction): number | null {
    const { lines } = this.#log;
    const [first, last] = [lines[0]?.seq ?? Infinity, lines.at(-1)?.seq ?? -Infinity];
    const beyond = direction === 'older' ? from > last + 1 : from < first - 1;
    if (beyond) return null;
    const hit = (line: LogLine) => holds(line, this.text);
    const line =
      direction === 'older'
        ? lines.findLast((line) => line.seq < from && hit(line))
        : lines.find((line) => line.seq > from && hit(line));
    return line?.seq ?? null;
  }
}
