export type Toast = {
  id: number;
  tone: 'neutral' | 'success' | 'problem';
  text: string;
  /** What can be done about it, e.g. Undo. */
  action?: { label: string; run: () => void };
};

/** How long a toast stays, in milliseconds; one with an action stays longer, a problem until it is dismissed. */
const staysFor = { plain: 5000, withAction: 12_000 } as const;

/** Short messages in a corner. */
export class Toasts {
  items = $state.raw<readonly Toast[]>([]);
  #next = 1;
  readonly #timers: Record<number, ReturnType<typeof setTimeout>> = {};

  /** Returns its id, for `dismiss`. */
  say(text: string, { tone = 'neutral', action }: Partial<Pick<Toast, 'tone' | 'action'>> = {}): number {
    const toast: Toast = { id: this.#next++, tone, text, ...(action ? { action } : {}) };
    this.items = [...this.items.slice(-3), toast];
    this.resume(toast);
    return toast.id;
  }

  success(text: string, action?: Toast['action']): void {
    this.say(text, { tone: 'success', ...(action ? { action } : {}) });
  }

  problem(text: string): void {
    this.say(text, { tone: 'problem' });
  }

  dismiss(id: number): void {
    this.pause(id);
    this.items = this.items.filter((toast) => toast.id !== id);
  }

  /** While somebody points at a toast, it stays. */
  pause(id: number): void {
    clearTimeout(this.#timers[id]);
    delete this.#timers[id];
  }

  resume({ id, tone, action }: Toast): void {
    if (tone === 'problem') return;
    const delay = action ? staysFor.withAction : staysFor.plain;
    this.#timers[id] = setTimeout(() => this.dismiss(id), delay);
  }
}
