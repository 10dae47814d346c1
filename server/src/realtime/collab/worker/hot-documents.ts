import type * as Y from 'yjs';

type Hot = { doc: Y.Doc; seq: number; bytes: number; usedAt: number };
export type HotLimits = { documents: number; bytes: number; restMs: number };

/**
 * Documents that are kept as `Y.Doc`s between two questions, so that following one that people type in costs what was
 * typed and not the whole of it. Few, small, and for a moment: a `Y.Doc` takes some ten times the bytes of its state.
 */
export class HotDocuments {
  readonly #limits: HotLimits;
  readonly #hot = new Map<string, Hot>();
  #timer: NodeJS.Timeout | null = null;

  constructor(limits: HotLimits) {
    this.#limits = limits;
  }

  /** Takes a document out, if it is kept in a state between two records. Whoever takes it puts it back or loses it. */
  take(key: string, { from, to }: { from: number; to: number }): { doc: Y.Doc; seq: number } | null {
    const hot = this.#hot.get(key);
    this.#hot.delete(key);
    return hot && hot.seq >= from && hot.seq <= to ? hot : null;
  }

  put(key: string, { doc, seq, bytes }: { doc: Y.Doc; seq: number; bytes: number }): void {
    this.#hot.set(key, { doc, seq, bytes, usedAt: performance.now() });
    let total = [...this.#hot.values()].reduce((sum, hot) => sum + hot.bytes, 0);
    for (const [oldest, hot] of this.#hot) {
      if (this.#hot.size <= this.#limits.documents && total <= this.#limits.bytes) break;
      this.#hot.delete(oldest);
      total -= hot.bytes;
    }
    this.#watch();
  }

  #watch(): void {
    if (this.#timer || this.#hot.size === 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      for (const [key, { usedAt }] of this.#hot) {
        if (performance.now() - usedAt >= this.#limits.restMs) this.#hot.delete(key);
      }
      this.#watch();
    }, this.#limits.restMs).unref();
  }
}
