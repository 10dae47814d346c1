import type { StructId } from './decode-update.ts';
import type { Numbered } from './numbered.ts';
import { PackedRows } from './packed-rows.ts';

/**
 * Things that one client made one after the other, each with the one before as its left neighbour, and all with the
 * same right one: most often what somebody typed without moving the cursor.
 */
export type Run = StructId & {
  length: number;
  /** Yjs holds nothing of it but that it was (GC): whatever stands beside it is gone too. */
  dead: boolean;
  /** The number of the type it sits in, and of its key there; −1 where there is none. */
  list: number;
  key: number;
  /** The number of the type it is; −1 for anything else. */
  type: number;
  /** What stood left of the first and right of all of them when they were made. */
  origin: StructId | null;
  right: StructId | null;
};

/** The columns of a run. Numbers of which there may be none are one more than they are, ids are client number and clock. */
const column = { clock: 0, list: 1, key: 2, type: 3, origin: 4, right: 6 } as const;
const width = 8;

/** Without holes, each run ends where the next begins. */
type ClientRuns = { rows: PackedRows; end: number };

/** The runs of a document, by client and clock. */
export class RunTable {
  readonly #clients = new Map<number, ClientRuns>();
  readonly #numbers: Numbered<number>;

  constructor(numbers: Numbered<number>) {
    this.#numbers = numbers;
  }

  /** How many things of a client there are. */
  clock(client: number): number {
    return this.#clients.get(client)?.end ?? 0;
  }

  find({ client, clock }: StructId): Run | undefined {
    const runs = this.#clients.get(client);
    return runs && clock < runs.end
      ? this.#run(client, runs, runs.rows.countBelow(clock + 1, column.clock) - 1)
      : undefined;
  }

  /** Adds what follows the last run of its client; of each client in order. */
  append(added: readonly Run[]): void {
    for (const [client, runs] of Map.groupBy(added, (run) => run.client)) this.#append(client, runs);
  }

  *clocks(): Iterable<[client: number, clock: number]> {
    for (const [client, { end }] of this.#clients) yield [client, end];
  }

  *all(): Iterable<Run> {
    for (const [client, runs] of this.#clients) {
      for (let row = 0; row < runs.rows.count; row++) yield this.#run(client, runs, row);
    }
  }

  #append(client: number, added: readonly Run[]): void {
    const runs = this.#clients.get(client) ?? { rows: new PackedRows(width), end: 0 };
    if (runs.end === 0) this.#clients.set(client, runs);
    const [first] = added;
    const last = runs.end > 0 ? this.#run(client, runs, runs.rows.count - 1) : null;
    const lengthens = first && last && continues(first, last);
    const fresh = lengthens ? added.slice(1) : added;
    if (fresh.length > 0) runs.rows.reserve(fresh.length);
    for (const run of fresh) this.#push(runs.rows, run);
    for (const { length } of added) runs.end += length;
  }

  #push(rows: PackedRows, { clock, list, key, type, origin, right }: Run): void {
    rows.push(clock, list + 1, key + 1, type + 1, ...this.#packed(origin), ...this.#packed(right));
  }

  #packed(id: StructId | null): [client: number, clock: number] {
    return id ? [this.#numbers.take(id.client) + 1, id.clock] : [0, 0];
  }

  #run(client: number, { rows, end }: ClientRuns, row: number): Run {
    const clock = rows.at(row, column.clock);
    const next = row + 1 < rows.count ? rows.at(row + 1, column.clock) : end;
    const list = rows.at(row, column.list) - 1;
    return {
      client,
      clock,
      length: next - clock,
      dead: list < 0,
      list,
      key: rows.at(row, column.key) - 1,
      type: rows.at(row, column.type) - 1,
      origin: this.#id(rows, row, column.origin),
      right: this.#id(rows, row, column.right),
    };
  }

  #id(rows: PackedRows, row: number, at: number): StructId | null {
    const client = this.#numbers.at(rows.at(row, at) - 1);
    return client === undefined ? null : { client, clock: rows.at(row, at + 1) };
  }
}

/** Whether a run only lengthens the one before it. */
export function continues(run: Run, before: Run): boolean {
  if (run.dead || before.dead) return run.dead && before.dead;
  if (run.type >= 0 || before.type >= 0) return false;
  return isLast(run.origin, before) && same(run.right, before.right);
}

const isLast = (id: StructId | null, { client, clock, length }: Run): boolean =>
  id?.client === client && id.clock === clock + length - 1;

export const same = (one: StructId | null, other: StructId | null): boolean =>
  one?.client === other?.client && one?.clock === other?.clock;

/** What stood left of one thing in a run. */
export const originOf = (run: Run, clock: number): StructId | null =>
  clock > run.clock ? { client: run.client, clock: clock - 1 } : run.origin;

/** The run or struct with this clock, by bisection. */
export function runAt(runs: readonly StructId[], clock: number): number {
  let [low, high] = [0, runs.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((runs[middle]?.clock ?? Infinity) <= clock) low = middle;
    else high = middle - 1;
  }
  return low;
}
