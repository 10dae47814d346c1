import type { Icon } from './icon.ts';

/** Something that can be picked from a list while typing. */
export type Pick = {
  id: string;
  label: string;
  icon?: Icon;
  hint?: string | undefined;
  keys?: string;
  /** Marked as the one in force. */
  chosen?: boolean;
};
export type PickGroup<T extends Pick> = { heading?: string; items: readonly T[] };

/** Which item the keyboard points at. `groups` is read reactively: when the pointed-at item goes, the first one is it. */
export class PickList<T extends Pick> {
  readonly #groups: () => readonly PickGroup<T>[];
  #pointed = $state<string | null>(null);
  readonly #items = $derived.by(() => this.#groups().flatMap(({ items }) => items));
  readonly active = $derived.by(() => this.#items.find(({ id }) => id === this.#pointed) ?? this.#items[0] ?? null);

  constructor(groups: () => readonly PickGroup<T>[]) {
    this.#groups = groups;
  }

  point(id: string | null): void {
    this.#pointed = id;
  }

  /** Takes the arrow keys, round and round, Home and End; answers whether the key was one of them. */
  key(key: string): boolean {
    const count = this.#items.length;
    const at = this.active === null ? -1 : this.#items.indexOf(this.active);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1 + count, Home: 0, End: count - 1 }[key];
    if (next === undefined || count === 0) return false;
    this.#pointed = this.#items[next % count]?.id ?? null;
    return true;
  }
}
