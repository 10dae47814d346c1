/** Functions that want to know when something happens. */
export class Handlers {
  readonly #handlers = new Set<() => void>();

  /** Returns its clean-up. */
  add(handler: () => void): () => void {
    this.#handlers.add(handler);
    return () => this.#handlers.delete(handler);
  }

  run(): void {
    for (const handler of this.#handlers) handler();
  }
}
