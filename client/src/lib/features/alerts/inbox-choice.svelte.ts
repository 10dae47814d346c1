import type { Alert } from '@cobench/shared/alerts/alert';
import { isUnseen } from './alert-standing.ts';

/** Which lines of the inbox are chosen to be acknowledged, and which one is open. */
export class InboxChoice {
  opened = $state<string | null>(null);
  #picked = $state.raw<readonly string[]>([]);
  readonly #items: () => readonly Alert[];
  readonly #offered = $derived.by(() => this.#items().filter(isUnseen));
  /** What somebody else has acknowledged meanwhile is not chosen any more. */
  readonly chosen = $derived.by(() => this.#offered.filter(({ id }) => this.#picked.includes(id)));
  /** Whether every line that can be acknowledged is chosen. */
  readonly all = $derived.by(() => this.#offered.length > 0 && this.chosen.length === this.#offered.length);

  constructor(items: () => readonly Alert[]) {
    this.#items = items;
  }

  isChosen(id: string): boolean {
    return this.chosen.some((alert) => alert.id === id);
  }

  toggle(id: string): void {
    this.#picked = this.#picked.includes(id) ? this.#picked.filter((one) => one !== id) : [...this.#picked, id];
  }

  /** Chooses all that can be acknowledged, or none. */
  toggleAll(): void {
    this.#picked = this.all ? [] : this.#offered.map(({ id }) => id);
  }

  toggleOpen(id: string): void {
    this.opened = this.opened === id ? null : id;
  }

  /** What to acknowledge: what is chosen, or else this one. */
  acknowledgeable(current: string | null): readonly Alert[] {
    return this.chosen.length > 0 ? this.chosen : this.#offered.filter(({ id }) => id === current);
  }

  clear(): void {
    this.#picked = [];
    this.opened = null;
  }
}
