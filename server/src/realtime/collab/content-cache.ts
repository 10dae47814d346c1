import { contentRestMs, maxContentBytes } from './limits.ts';

/** Content of a document that can be read from the log again. */
export type Droppable = { readonly contentBytes: number; dropContent(): void };

/**
 * Which documents have their content in memory: those that somebody asked for a moment ago, and altogether no more than
 * so many bytes; the ones that were used longest ago go first.
 */
export class ContentCache {
  /** When each was used last, the last one at the end. */
  readonly #used = new Map<Droppable, number>();
  readonly #maxBytes: number;
  #timer: NodeJS.Timeout | null = null;

  constructor(maxBytes = maxContentBytes) {
    this.#maxBytes = maxBytes;
  }

  /** Somebody read it; what is too much then goes. */
  used(content: Droppable): void {
    this.touched(content);
    let bytes = 0;
    for (const { contentBytes } of this.#used.keys()) bytes += contentBytes;
    for (const oldest of this.#used.keys()) {
      if (bytes <= this.#maxBytes || oldest === content) break;
      bytes -= oldest.contentBytes;
      this.#drop(oldest);
    }
    this.#timer ??= setInterval(() => this.#sweep(), contentRestMs / 4).unref();
  }

  /** Somebody wrote into it. */
  touched(content: Droppable): void {
    this.#used.delete(content);
    this.#used.set(content, performance.now());
  }

  forget(content: Droppable): void {
    this.#used.delete(content);
  }

  #sweep(): void {
    const rested = performance.now() - contentRestMs;
    for (const [content, usedAt] of this.#used) {
      if (usedAt > rested) return;
      this.#drop(content);
    }
    if (this.#used.size > 0 || !this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  #drop(content: Droppable): void {
    this.#used.delete(content);
    content.dropContent();
  }
}
