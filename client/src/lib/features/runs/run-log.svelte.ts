import { runEndpoints } from '@cobench/shared/runs/endpoints';
import { isLogged, logLine, type LogLine } from '@cobench/shared/runs/log-line';
import { logLevels, type LogLevel, type RunEvent } from '@cobench/shared/runs/run-event';
import { call } from '#lib/api/call.ts';
import { problemOf } from '#lib/api/problem.ts';

/** So many lines are held at most, wherever in the history one reads. */
export const mostLines = 4000;
/** So many are fetched at a time. */
export const pageOfLines = 400;
/** One look further ends after so many requests, however few lines it found: the way on stays open. */
const mostRequests = 20;

/**
 * A window on the log of a run: its newest lines first of all, others as somebody reads further up or down. While they
 * do, what arrives is counted, and nothing that they read moves.
 */
export class RunLog {
  levels = $state.raw<readonly LogLevel[]>(logLevels);
  /** The lines in the window, oldest first, without a gap. */
  lines = $state.raw<readonly LogLine[]>([]);
  /** Whether the newest line is kept in view. */
  following = $state(true);
  /** Lines that arrived since following stopped. */
  unseen = $state(0);
  loading = $state(false);
  /** Nothing is known yet. */
  opening = $state(true);
  /** Why the last part could not be fetched. */
  problem = $state<string | null>(null);
  readonly #runId: string;
  /** The window reaches from this event … */
  #from = $state(1);
  /** … to this one. */
  #to = 0;
  #atEnd = $state(true);
  /** Lines that arrived while an answer is under way that may not hold them. */
  #heard: LogLine[] = [];
  #newest = 0;
  #turn = 0;
  #asking = 0;
  readonly hasOlder = $derived.by(() => this.#from > 1);
  /** Whether there are lines after the window. */
  readonly hasNewer = $derived.by(() => !this.#atEnd);

  constructor(runId: string) {
    this.#runId = runId;
  }

  /** Fetches the newest lines and follows them. Rejects with `ApiError`. */
  open(): Promise<void> {
    return this.#open(this.#begin());
  }

  /** Too much was missed to be told: who follows sees the newest lines, who reads elsewhere finds them further down. */
  async reopen(): Promise<void> {
    if (this.following) return this.open();
    this.#atEnd = false;
  }

  /** Fetches the lines around an event; nothing is followed then. */
  openAt(seq: number): Promise<void> {
    return this.#load((turn) => this.#openAt(seq, turn));
  }

  /** Takes in what has just happened. */
  append(events: readonly RunEvent[]): void {
    const fresh = events.filter(({ seq }) => seq > this.#newest);
    const last = fresh.at(-1);
    if (last === undefined) return;
    this.#newest = last.seq;
    const lines = fresh.filter(isLogged).map(logLine).filter(this.#isShown);
    if (this.#asking > 0) this.#heard = [...this.#heard, ...lines].slice(-mostLines);
    if (!this.following) this.unseen += lines.length;
    if (!this.#atEnd) return;
    // What is being read must not go: from a full window on, what arrives is left for later.
    if (!this.following && this.lines.length + lines.length > mostLines) {
      this.#atEnd = false;
      return;
    }
    this.#to = last.seq;
    if (lines.length > 0) this.#place([...this.lines, ...lines], this.#from);
  }

  /** Shows more of the past. */
  showOlder(): Promise<void> {
    return this.#load(async (turn) => {
      const older: LogLine[] = [];
      let from = this.#from;
      for (let asked = 0; asked < mostRequests && older.length < pageOfLines / 2 && from > 1; asked++) {
        const part = await this.#ask({ before: from, limit: pageOfLines });
        if (turn !== this.#turn) return;
        older.unshift(...part.lines);
        from = part.from;
      }
      const all = [...older, ...this.lines];
      const kept = all.slice(0, mostLines);
      if (kept.length < all.length) {
        this.#atEnd = false;
        this.#to = kept.at(-1)?.seq ?? this.#to;
      }
      this.lines = kept;
      this.#from = from;
    });
  }

  /** Shows more of what came after the window. */
  showNewer(): Promise<void> {
    return this.#load(async (turn) => {
      const part = await this.#ask({ after: this.#to, limit: pageOfLines });
      if (turn !== this.#turn) return;
      this.#place([...this.lines, ...part.lines], this.#from);
      this.#goOnFrom(part);
    });
  }

  /** Keeps the newest line in view again. */
  follow(): Promise<void> {
    if (!this.#atEnd) return this.#load((turn) => this.#open(turn));
    this.following = true;
    this.unseen = 0;
    return Promise.resolve();
  }

  /** Somebody reads further up. */
  pause(): void {
    this.following = false;
  }

  /** Reads from the very beginning. */
  toStart(): Promise<void> {
    return this.openAt(0);
  }

  /** Shows or hides the lines of a level; `around` is the event that is being read. */
  toggle(level: LogLevel, around: number): Promise<void> {
    const shown = this.levels.includes(level);
    this.levels = logLevels.filter((one) => (one === level ? !shown : this.levels.includes(one)));
    return this.#load((turn) => (this.following ? this.#open(turn) : this.#openAt(around, turn)));
  }

  /** The nearest line before or after an event that contains a text, wherever in the history; null where there is none. */
  async find(q: string, { from, direction }: { from: number; direction: 'older' | 'newer' }): Promise<number | null> {
    let at = from;
    for (;;) {
      const range = direction === 'older' ? { before: at } : { after: at };
      const part = await this.#ask({ ...range, q, limit: 1 });
      const [line] = part.lines;
      if (line) return line.seq;
      if (direction === 'older' ? part.from <= 1 : part.to >= part.lastSeq) return null;
      at = direction === 'older' ? part.from : part.to;
    }
  }

  readonly #isShown = ({ level }: LogLine): boolean =>
    !logLevels.some((one) => one === level) || this.levels.some((one) => one === level);

  #begin(): number {
    this.#heard = [];
    return ++this.#turn;
  }

  async #load(work: (turn: number) => Promise<void>): Promise<void> {
    const turn = this.#begin();
    this.loading = true;
    this.problem = null;
    try {
      await work(turn);
    } catch (error) {
      const { title, detail } = problemOf(error);
      if (turn === this.#turn) this.problem = detail ?? title;
    } finally {
      if (turn === this.#turn) this.loading = false;
    }
  }

  async #open(turn: number): Promise<void> {
    const part = await this.#ask({ limit: pageOfLines });
    if (turn !== this.#turn) return;
    this.#place(part.lines, part.from);
    this.#goOnFrom({ ...part, lastSeq: part.to });
    this.following = true;
    this.unseen = 0;
    this.opening = false;
  }

  async #openAt(seq: number, turn: number): Promise<void> {
    const limit = pageOfLines / 2;
    const [before, after] = await Promise.all([
      this.#ask({ before: seq + 1, limit }),
      this.#ask({ after: seq, limit }),
    ]);
    if (turn !== this.#turn) return;
    this.#place([...before.lines, ...after.lines], before.from);
    this.following = false;
    this.#goOnFrom(after);
  }

  /** Holds these lines, or the newest of them where they are too many. */
  #place(lines: readonly LogLine[], from: number): void {
    const kept = lines.slice(-mostLines);
    this.lines = kept;
    this.#from = kept.length < lines.length ? (kept[0]?.seq ?? from) : from;
  }

  /** The window reaches as far as an answer, and to what was heard since where that is the end. */
  #goOnFrom({ to, lastSeq }: { to: number; lastSeq: number }): void {
    this.#atEnd = to >= lastSeq;
    this.#to = to;
    if (!this.#atEnd) return;
    this.#place([...this.lines, ...this.#heardAfter(to)], this.#from);
    this.#to = Math.max(to, this.#newest);
    this.#newest = this.#to;
  }

  #heardAfter(seq: number): LogLine[] {
    return this.#heard.filter((line) => line.seq > seq);
  }

  async #ask(wanted: { before?: number; after?: number; q?: string; limit: number }) {
    const levels = this.levels.length === logLevels.length ? undefined : this.levels.join(',');
    this.#asking++;
    try {
      const { items, ...part } = await call(runEndpoints.log, { id: this.#runId, levels, ...wanted });
      return { ...part, lines: items.filter(isLogged).map(logLine) };
    } finally {
      this.#asking--;
    }
  }
}
