import type { Problem } from '@cobench/shared/errors';
import { problemOf } from '#lib/api/problem.ts';
import { bytesAddress, fetchPart, type Source } from './file-bytes.ts';
import { encodingOf, type Encoding } from './text-encoding.ts';

/** How much is read at a time, in bytes. */
const part = 1024 ** 2;
/** So much is enough for a page; the rest is in the download. */
const most = 16 * part;

/** The text of a file, read from its beginning in parts. */
export class TextFile {
  lines = $state.raw<readonly string[]>([]);
  encoding = $state<Encoding>('utf-8');
  /** Bytes that were read. */
  read = $state(0);
  busy = $state(false);
  problem = $state.raw<Problem | null>(null);
  readonly whole = $derived.by(() => this.read >= this.#source.size);
  readonly mayReadOn = $derived.by(() => !this.whole && this.read < most);
  readonly #source: Source;
  #decoder: TextDecoder | null = null;
  readonly #end = new AbortController();

  constructor(source: Source) {
    this.#source = source;
  }

  /** Reads the next part; also what “try again” does. */
  async more(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.problem = null;
    try {
      const to = Math.min(this.#source.size, this.read + part);
      const address = bytesAddress(this.#source);
      this.#take(await fetchPart(address, { from: this.read, to }, { signal: this.#end.signal }));
    } catch (error) {
      if (!this.#end.signal.aborted) this.problem = problemOf(error);
    } finally {
      this.busy = false;
    }
  }

  close(): void {
    this.#end.abort();
  }

  #take(bytes: Uint8Array): void {
    if (this.#decoder === null) {
      this.encoding = encodingOf(bytes);
      this.#decoder = new TextDecoder(this.encoding);
    }
    this.read += bytes.length;
    const text = this.#decoder.decode(bytes, { stream: !this.whole });
    const [head = '', ...rest] = text.split(/\r\n|\n|\r/);
    const known = this.lines.slice(0, -1);
    // The last line of a part may go on in the next.
    this.lines = [...known, (this.lines.at(-1) ?? '') + head, ...rest];
  }
}
