/** `mod` is ⌘ on a Mac and Ctrl elsewhere; two keys with a space are pressed one after the other. */
export type Combination = string;

/** Milliseconds within which the second key of a sequence has to come. */
const sequenceWithin = 1200;

/** Keyboard shortcuts of the whole application. Single keys are left alone while somebody types. */
export class Shortcuts {
  readonly #handlers = new Map<Combination, () => void>();
  #first: { key: string; at: number } | null = null;

  /** Returns its clean-up. */
  on(combination: Combination, handler: () => void): () => void {
    this.#handlers.set(combination, handler);
    return () => this.#handlers.delete(combination);
  }

  /** To be given every `keydown` of the window. */
  handle(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing || event.altKey) return;
    const key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) return this.#run(`mod+${key}`, event);
    if (isTyping(event.target)) return;
    const first = this.#first;
    this.#first = { key, at: event.timeStamp };
    if (first !== null && event.timeStamp - first.at < sequenceWithin && this.#handlers.has(`${first.key} ${key}`)) {
      this.#first = null;
      return this.#run(`${first.key} ${key}`, event);
    }
    this.#run(key, event);
  }

  #run(combination: Combination, event: KeyboardEvent): void {
    const handler = this.#handlers.get(combination);
    if (handler === undefined) return;
    event.preventDefault();
    handler();
  }
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
}
