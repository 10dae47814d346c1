import type { StructId } from './decode-update.ts';

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

/** The runs of a document, by client and clock. */
export class RunTable {
  readonly #clients = new Map<number, Run[]>();

  /** How many things of a client there are. */
  clock(client: number): number {
    const last = this.#clients.get(client)?.at(-1);
    return last ? last.clock + last.length : 0;
  }

  find({ client, clock }: StructId): Run | undefined {
    const runs = this.#clients.get(client);
    return runs && clock < this.clock(client) ? runs[runAt(runs, clock)] : undefined;
  }

  /** Adds what follows the last run of its client. */
  append(run: Run): void {
    const runs = this.#clients.get(run.client);
    const last = runs?.at(-1);
    if (last && continues(run, last)) last.length += run.length;
    else if (runs) runs.push({ ...run });
    else this.#clients.set(run.client, [{ ...run }]);
  }

  *clocks(): Iterable<[client: number, clock: number]> {
    for (const client of this.#clients.keys()) yield [client, this.clock(client)];
  }

  *all(): Iterable<Run> {
    for (const runs of this.#clients.values()) yield* runs;
  }
}

/** Whether a run only lengthens the one before it. */
function continues(run: Run, before: Run): boolean {
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
