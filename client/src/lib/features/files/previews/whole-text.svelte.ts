import type { Problem } from '@cobench/shared/errors';
import { problemOf } from '#lib/api/problem.ts';
import { bytesAddress, fetchPart, type Source } from './file-bytes.ts';
import { encodingOf } from './text-encoding.ts';

/** The whole text of a small file. */
export class WholeText {
  text = $state.raw<string | null>(null);
  problem = $state.raw<Problem | null>(null);
  readonly #source: Source;
  readonly #end = new AbortController();

  constructor(source: Source) {
    this.#source = source;
  }

  async load(): Promise<void> {
    this.problem = null;
    try {
      const part = { from: 0, to: this.#source.size };
      const bytes = await fetchPart(bytesAddress(this.#source), part, { signal: this.#end.signal });
      this.text = new TextDecoder(encodingOf(bytes)).decode(bytes);
    } catch (error) {
      if (!this.#end.signal.aborted) this.problem = problemOf(error);
    }
  }

  close(): void {
    this.#end.abort();
  }
}
