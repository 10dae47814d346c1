import { MongoError } from '../language/errors.ts';

/** Somebody who claims: a transaction. */
export type Claimant = { readonly began: number };

const PRUNE_ABOVE = 20_000;

export const writeConflict = (): MongoError =>
  new MongoError(
    112,
    'WriteConflict',
    'Caused by :: Write conflict during plan execution and yielding is disabled. :: Please retry your operation or multi-document transaction.',
  );

/**
 * Who is changing what. A claim names a document or a unique key; a transaction that wants one that another holds, or
 * that was written since the transaction began, has lost (first updater wins). Nothing is kept while no transaction runs.
 */
export class Claims {
  #now = 0;
  readonly #open = new Set<Claimant>();
  readonly #owners = new Map<string, Claimant>();
  readonly #written = new Map<string, number>();

  begin<T extends Claimant>(make: (began: number) => T): T {
    const claimant = make(this.#now);
    this.#open.add(claimant);
    return claimant;
  }

  /** Throws a write conflict. */
  claim(what: string, by: Claimant): void {
    const owner = this.#owners.get(what);
    if (owner === by) return;
    if (owner || (this.#written.get(what) ?? 0) > by.began) throw writeConflict();
    this.#owners.set(what, by);
  }

  /** Whether there is anybody who needs to know of writes. */
  get watched(): boolean {
    return this.#open.size > 0;
  }

  /** Throws a write conflict when a transaction holds what a write outside transactions is about to change. */
  check(all: readonly string[]): void {
    if (all.some((what) => this.#owners.has(what))) throw writeConflict();
  }

  /** Notes what a write outside transactions has changed. */
  wrote(all: readonly string[]): void {
    if (!this.watched) return;
    this.#now++;
    for (const what of all) this.#written.set(what, this.#now);
  }

  end(by: Claimant, outcome: 'committed' | 'aborted'): void {
    this.#open.delete(by);
    if (this.#open.size === 0) {
      this.#owners.clear();
      this.#written.clear();
      return;
    }
    if (outcome === 'committed') this.#now++;
    for (const [what, owner] of this.#owners) {
      if (owner !== by) continue;
      this.#owners.delete(what);
      if (outcome === 'committed') this.#written.set(what, this.#now);
    }
    if (this.#written.size > PRUNE_ABOVE) this.#prune();
  }

  #prune(): void {
    const oldest = Math.min(...[...this.#open].map((one) => one.began));
    for (const [what, at] of this.#written) if (at <= oldest) this.#written.delete(what);
  }
}
