import { amend, UploadDatabase, type UploadStores } from './upload-database.ts';
import type { Kept, UploadTarget } from './upload-item.svelte.ts';

/** What is known of an upload across page loads. */
export type UploadRecord = {
  id: string;
  /** Where it stands in the queue. */
  order: number;
  name: string;
  size: number;
  modified: number;
  target: UploadTarget;
  sha256: string | null;
  /** Where the server has begun it. */
  url: string | null;
  /** Milliseconds since 1970 when the server was first asked to begin it: its answer may have been lost. */
  begun: number | null;
  paused: boolean;
  kept: Kept;
  handle: FileSystemFileHandle | null;
};

/** A file that is to be kept with its record. */
export type Keeping = { record: UploadRecord; file: File };

/** Larger files are kept as a way to them, or by name alone; so is what comes when all of them together are more. */
const mostOfOne = 128 * 1024 ** 2;
const mostTogether = 1024 ** 3;

/**
 * The unfinished uploads of one person on this computer. Where the browser keeps nothing every call does nothing: the
 * uploads go on while the page is there.
 */
export class UploadRecords {
  readonly #database: UploadDatabase;
  /** Bytes of the blobs, by upload. */
  readonly #blobs = new Map<string, number>();

  constructor(name: string, factory: IDBFactory | undefined = globalThis.indexedDB) {
    this.#database = new UploadDatabase(name, factory);
  }

  /** In the order in which they were added. */
  async all(): Promise<UploadRecord[]> {
    const found = await this.#database.within(
      'readonly',
      ({ uploads }) => uploads.getAll() as IDBRequest<UploadRecord[]>,
    );
    for (const { id, size, kept } of found ?? []) if (kept === 'blob') this.#blobs.set(id, size);
    return (found ?? []).toSorted((a, b) => a.order - b.order);
  }

  /** The bytes of an upload; null where they are not here. */
  async blob(id: string): Promise<Blob | null> {
    const blob = await this.#database.within('readonly', ({ blobs }) => blobs.get(id) as IDBRequest<Blob | undefined>);
    return blob ?? null;
  }

  /** Keeps uploads with as much of their files as there is room for; `kept` of each record says how much that is. */
  async keep(batch: readonly Keeping[]): Promise<void> {
    for (const { record, file } of batch) {
      const isSmall = file.size <= mostOfOne && this.#together + file.size <= mostTogether;
      record.kept = isSmall ? 'blob' : record.handle === null ? 'name' : 'handle';
      if (isSmall) this.#blobs.set(record.id, file.size);
    }
    const isKept = await this.#database.within('readwrite', ({ uploads, blobs }) => {
      for (const { record, file } of batch) if (record.kept === 'blob') blobs.put(file, record.id);
      return lastOf(batch.map(({ record }) => uploads.put(record)));
    });
    if (isKept !== null) return;
    // No room for the bytes: the names are small.
    for (const { record } of batch) {
      this.#blobs.delete(record.id);
      record.kept = record.handle === null ? 'name' : 'handle';
    }
    const isNamed = await this.#database.within('readwrite', ({ uploads }) =>
      lastOf(batch.map(({ record }) => uploads.put(record))),
    );
    if (isNamed === null) for (const { record } of batch) record.kept = 'name';
  }

  async note(record: UploadRecord): Promise<void> {
    await this.#database.within('readwrite', ({ uploads }) => uploads.put(record));
  }

  /** It is a file on the server now: whoever keeps a place for it learns which. */
  async arrived(id: string, fileId: string): Promise<void> {
    await this.#database.within('readwrite', (stores) => {
      amend(stores.places, id, { fileId });
      return this.#remove(id, stores);
    });
  }

  /** They were given up, and so are their places. */
  async forget(ids: readonly string[]): Promise<void> {
    await this.#database.within('readwrite', (stores) => {
      for (const id of ids) stores.places.delete(id);
      return lastOf(ids.map((id) => this.#remove(id, stores)));
    });
  }

  close(): void {
    this.#database.close();
  }

  #remove(id: string, { uploads, blobs }: UploadStores): IDBRequest<undefined> {
    this.#blobs.delete(id);
    uploads.delete(id);
    return blobs.delete(id);
  }

  get #together(): number {
    return [...this.#blobs.values()].reduce((sum, size) => sum + size, 0);
  }
}

const lastOf = <T>(requests: readonly IDBRequest<T>[]): IDBRequest<T> | null => requests.at(-1) ?? null;
