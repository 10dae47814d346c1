import type { CopyCount } from './copy-records.ts';

type Block = { first: number; changes: number; counts: readonly CopyCount[] };

/**
 * Changes that other tabs made and that were not on the server when this tab took them in. It numbers them like its own,
 * in the order in which they came to it.
 */
export class InheritedChanges {
  #blocks: Block[] = [];

  /** Changes `counts` tells of are taken in after change number `after`. Answers how many there are. */
  take(counts: readonly CopyCount[], after: number): number {
    const changes = counts.reduce((sum, count) => sum + this.#unheard(count), 0);
    if (changes > 0) this.#blocks.push({ first: after + 1, changes, counts });
    return changes;
  }

  /** How many of the first `number` changes are this tab's own. */
  ownAmong(number: number): number {
    const others = this.#blocks.map(({ first, changes }) => Math.min(changes, Math.max(0, number - first + 1)));
    return others.reduce((own, one) => own - one, number);
  }

  /** What other tabs may be told, once the first `durable` changes are on the server: theirs are, too. */
  settledBy(durable: number): CopyCount[] {
    return this.#blocks
      .filter(({ first, changes }) => first + changes - 1 <= durable)
      .flatMap(({ counts }) => counts)
      .map((count) => ({ ...count, durable: count.made }));
  }

  /** Of the changes of a tab that are not on the server: those that were not taken in before. */
  #unheard({ writer, made, durable }: CopyCount): number {
    const heard = this.#blocks.flatMap(({ counts }) => counts).filter((count) => count.writer === writer);
    return Math.max(0, made - Math.max(durable, ...heard.map((count) => count.made)));
  }
}
