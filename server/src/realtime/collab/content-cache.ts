import { contentRestMs, maxContentBytes } from './limits.ts';

/** Content of a document that can be read from the log again. */
export type Droppable = { readonly contentBytes: number; dropContent(): void };

/**
 * Which documents have their content in memory: those that somebody asked for a moment ago, and altogether no more than
 * so many bytes; the ones that were used longest ago go first.
 */
export class ContentCache {
  /** By use, the last used at the end, with whether they were used since the last look. */
  readonly #used = new Map<Droppable, { recently: boolean }>();
  readonly #maxBytes: number;
  #timer: NodeJS.Timeout | null = null;

  constructor(maxBytes = maxContentBytes) {
    this.#maxBytes = maxBytes;
  }

  used(content: Droppable): void {
    this.#used.delete(content);
    this.#used.set(content, { recently: true });
    let bytes = 0;
    for (const { contentBytes } of this.#used.keys()) bytes += contentBytes;
    for (const oldest of this.#used.keys()) {
      if (bytes <= this.#maxBytes || oldest === content) break;
      bytes -= oldest.contentBytes;
      this.#drop(oldest);
    }
    this.#timer ??= setInterval(() => this.#sweep(), contentRestMs / 2).unref();
  }

  forget(content: Droppable): void {
    this.#used.delete(content);
  }

  #sweep(): void {
    for (const [content, use] of this.#used) {
      if (!use.recently) this.#drop(content);
      use.recently = false;
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
