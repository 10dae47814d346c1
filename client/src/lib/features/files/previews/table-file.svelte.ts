import type { Problem } from '@cobench/shared/errors';
import { problemOf } from '#lib/api/problem.ts';
import { bytesAddress, type Source } from './file-bytes.ts';
import type { AskTable } from './table-line.ts';
import type { TablePoints, TableSummary } from './table-store.ts';

/** How much is read at a time, in bytes. */
const part = 8 * 1024 ** 2;
/** So much is enough for a page; the rest is in the download. */
const most = 8 * part;
/** Rows that are asked for together. */
const block = 200;
/** Blocks that are kept. */
const mostBlocks = 40;

/** A file of values as it is looked at: the cells are in a worker, here are those in sight. */
export class TableFile {
  summary = $state.raw<TableSummary | null>(null);
  busy = $state(false);
  problem = $state.raw<Problem | null>(null);
  #blocks = $state.raw<Readonly<Record<number, string[][]>>>({});
  #asked: Record<number, boolean> = {};
  /** How often the rows became others. */
  #turn = 0;
  readonly #source: Source;
  readonly #ask: AskTable;
  readonly mayReadOn = $derived.by(() => {
    const { summary } = this;
    return summary !== null && !summary.full && summary.read < Math.min(most, this.#source.size);
  });

  constructor(source: Source, ask: AskTable) {
    this.#source = source;
    this.#ask = ask;
  }

  /** Reads the next part; also what “try again” does. */
  async more(): Promise<void> {
    const from = this.summary?.read ?? 0;
    const { size } = this.#source;
    const to = Math.min(size, from + part);
    await this.#change({ ask: 'read', address: bytesAddress(this.#source), from, to, size });
  }

  async chooseHeader(header: boolean): Promise<void> {
    await this.#change({ ask: 'header', header });
  }

  /** A row; null as long as it is not here. */
  row(index: number): readonly string[] | null {
    return this.#blocks[Math.floor(index / block)]?.[index % block] ?? null;
  }

  /** Has the rows in sight brought here. */
  want({ first, last }: { first: number; last: number }): void {
    for (let at = Math.floor(first / block); at * block < last; at++) if (!this.#asked[at]) void this.#fetch(at);
  }

  async rows(first: number, last: number): Promise<string[][]> {
    const answer = await this.#ask({ ask: 'rows', first, last });
    return answer.ask === 'rows' ? answer.rows : [];
  }

  async points(of: { x: number | null; ys: number[] }): Promise<TablePoints | null> {
    const answer = await this.#ask({ ask: 'points', ...of });
    return answer.ask === 'points' ? answer.points : null;
  }

  async #fetch(at: number): Promise<void> {
    const turn = this.#turn;
    this.#asked[at] = true;
    const rows = await this.rows(at * block, (at + 1) * block);
    if (turn !== this.#turn) return;
    const kept = Object.entries(this.#blocks).filter(([one]) => Math.abs(Number(one) - at) < mostBlocks / 2);
    this.#blocks = Object.fromEntries([...kept, [at, rows]]);
    this.#asked = Object.fromEntries(Object.keys(this.#blocks).map((one) => [one, true]));
  }

  async #change(question: Parameters<AskTable>[0]): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.problem = null;
    try {
      const answer = await this.#ask(question);
      if (answer.ask !== 'summary') return;
      this.#turn++;
      this.#asked = {};
      this.#blocks = {};
      this.summary = answer.summary;
    } catch (error) {
      this.problem = problemOf(error);
    } finally {
      this.busy = false;
    }
  }
}
