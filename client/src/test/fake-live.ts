import type { ServerToClient } from '@cobench/shared/realtime/live';

/** The part of the live connection that lists follow, driven by hand. */
export class FakeLive {
  readonly #handlers = new Map<string, Set<(...facts: never[]) => void>>();

  on<E extends keyof ServerToClient>(event: E, handler: ServerToClient[E]): () => void {
    return this.#add(event, handler);
  }
  onreconnect(handler: () => void): () => void {
    return this.#add('reconnect', handler);
  }
  say<E extends keyof ServerToClient>(event: E, ...facts: Parameters<ServerToClient[E]>): void {
    this.#run(event, facts);
  }
  reconnect(): void {
    this.#run('reconnect', []);
  }
  get listeners(): number {
    return [...this.#handlers.values()].reduce((sum, handlers) => sum + handlers.size, 0);
  }

  #add(event: string, handler: (...facts: never[]) => void): () => void {
    const handlers = this.#handlers.get(event) ?? new Set();
    this.#handlers.set(event, handlers.add(handler));
    return () => handlers.delete(handler);
  }
  #run(event: string, facts: readonly unknown[]): void {
    for (const handler of this.#handlers.get(event) ?? []) handler(...(facts as never[]));
  }
}
