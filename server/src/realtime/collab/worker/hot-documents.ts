import type * as Y from 'yjs';

type Hot = { doc: Y.Doc; seq: number; bytes: number };
/** `restMs` is how long a document stays after it was last asked about. */
export type HotLimits = { documents: number; bytes: number; restMs: number };

/**
 * Documents that are kept as `Y.Doc`s between two questions, so that following one that people type in costs what was
 * typed and not the whole of it. Few, small, and for a moment: a `Y.Doc` takes some ten times the bytes of its state. One
 * that is asked about once is not kept.
 */
export class HotDocuments {
  readonly #limits: HotLimits;
  readonly #hot = new Map<string, Hot>();
  /** When each was last asked about, oldest first. */
  readonly #asked = new Map<string, number>();
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

  put(key: string, document: Hot): void {
    if (this.#asked.delete(key)) this.#hot.set(key, document);
    this.#asked.set(key, performance.now());
    let total = 0;
    for (const { bytes } of this.#hot.values()) total += bytes;
    for (const [oldest, { bytes }] of this.#hot) {
      if (this.#hot.size <= this.#limits.documents && total <= this.#limits.bytes) break;
      this.#hot.delete(oldest);
      total -= bytes;
    }
    this.#timer ??= setInterval(() => this.#forgetRested(), this.#limits.restMs / 2).unref();
  }

  #forgetRested(): void {
    const rested = performance.now() - this.#limits.restMs;
    for (const [key, askedAt] of this.#asked) {
      if (askedAt > rested) return;
      this.#asked.delete(key);
      this.#hot.delete(key);
    }
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }
}
