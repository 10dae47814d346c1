import { createHash, type Hash } from 'node:crypto';
import type { UploadRecord } from './upload.repo.ts';

/** More than are under way in one process. */
const mostKept = 4000;

/**
 * The SHA-256 of uploads as far as they came, between one request and the next. It is kept in memory only: where another
 * process wrote meanwhile, or this one was started anew, what is stored is read back in the end.
 */
export class UploadDigests {
  readonly #kept = new Map<string, { writer: number; offset: number; hash: Hash }>();

  keep({ id, writer }: Pick<UploadRecord, 'id' | 'writer'>, hash: Hash, offset: number): void {
    this.#kept.delete(id);
    this.#kept.set(id, { writer, offset, hash });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest);
  }

  forget(id: string): void {
    this.#kept.delete(id);
  }

  /**
   * The hash of what is durable, for the writer that has just taken the upload; null where nobody here has seen all of it.
   * `tail`: the plain bytes behind the parts.
   */
  take({ id, writer, offset, receipts }: UploadRecord, tail: readonly Uint8Array[]): Hash | null {
    const kept = this.#kept.get(id);
    this.#kept.delete(id);
    if (receipts.length === 0) {
      const hash = createHash('sha256');
      for (const bytes of tail) hash.update(bytes);
      return hash;
    }
    return kept?.writer === writer - 1 && kept.offset === offset ? kept.hash : null;
  }
}
