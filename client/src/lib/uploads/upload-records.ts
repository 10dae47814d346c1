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

const stores = ['uploads', 'blobs'];

/** Larger files are kept as a way to them, or by name alone; so is what comes when all of them together are more. */
const mostOfOne = 128 * 1024 ** 2;
const mostTogether = 1024 ** 3;

/**
 * The unfinished uploads of one person on this computer. Where the browser keeps nothing every call does nothing: the
 * uploads go on while the page is there.
 */
export class UploadRecords {
  readonly #name: string;
  readonly #factory: IDBFactory | undefined;
  #database: Promise<IDBDatabase> | null = null;
  /** Bytes of the blobs, by upload. */
  readonly #blobs = new Map<string, number>();

  constructor(name: string, factory: IDBFactory | undefined = globalThis.indexedDB) {
    this.#name = name;
    this.#factory = factory;
  }

  /** In the order in which they were added. */
  async all(): Promise<UploadRecord[]> {
    const found = await this.#within('readonly', ({ uploads }) => uploads.getAll() as IDBRequest<UploadRecord[]>);
    for (const { id, size, kept } of found ?? []) if (kept === 'blob') this.#blobs.set(id, size);
    return (found ?? []).toSorted((a, b) => a.order - b.order);
  }

  /** The bytes of an upload; null where they are not here. */
  async blob(id: string): Promise<Blob | null> {
    const blob = await this.#within('readonly', ({ blobs }) => blobs.get(id) as IDBRequest<Blob | undefined>);
    return blob ?? null;
  }

  /** Keeps uploads with as much of their files as there is room for; `kept` of each record says how much that is. */
  async keep(batch: readonly Keeping[]): Promise<void> {
    for (const { record, file } of batch) {
      const isSmall = file.size <= mostOfOne && this.#together + file.size <= mostTogether;
      record.kept = isSmall ? 'blob' : record.handle === null ? 'name' : 'handle';
      if (isSmall) this.#blobs.set(record.id, file.size);
    }
    const isKept = await this.#within('readwrite', ({ uploads, blobs }) => {
      for (const { record, file } of batch) if (record.kept === 'blob') blobs.put(file, record.id);
      return lastOf(batch.map(({ record }) => uploads.put(record)));
    });
    if (isKept !== null) return;
    // No room for the bytes: the names are small.
    for (const { record } of batch) {
      this.#blobs.delete(record.id);
      record.kept = record.handle === null ? 'name' : 'handle';
    }
    const isNamed = await this.#within('readwrite', ({ uploads }) =>
      lastOf(batch.map(({ record }) => uploads.put(record))),
    );
    if (isNamed === null) for (const { record } of batch) record.kept = 'name';
  }

  async note(record: UploadRecord): Promise<void> {
    await this.#within('readwrite', ({ uploads }) => uploads.put(record));
  }

  async forget(ids: readonly string[]): Promise<void> {
    await this.#within('readwrite', ({ uploads, blobs }) => {
      for (const id of ids) {
        this.#blobs.delete(id);
        uploads.delete(id);
      }
      return lastOf(ids.map((id) => blobs.delete(id)));
    });
  }

  close(): void {
    void this.#database?.then((database) => database.close()).catch(() => undefined);
    this.#database = null;
  }

  get #together(): number {
    return [...this.#blobs.values()].reduce((sum, size) => sum + size, 0);
  }

  /** The answer of the last request, once all of it is on the disk; null where it could not be done. */
  async #within<T>(
    mode: IDBTransactionMode,
    ask: (stores: { uploads: IDBObjectStore; blobs: IDBObjectStore }) => IDBRequest<T> | null,
  ): Promise<T | null> {
    try {
      const transaction = (await this.#open()).transaction(stores, mode);
      const request = ask({ uploads: transaction.objectStore('uploads'), blobs: transaction.objectStore('blobs') });
      await new Promise<void>((resolve, reject) => {
        transaction.addEventListener('complete', () => resolve());
        transaction.addEventListener('abort', () => reject(transaction.error ?? new DOMException('Aborted')));
      });
      return request?.result ?? null;
    } catch (error) {
      if (error instanceof DOMException) return null;
      throw error;
    }
  }

  #open(): Promise<IDBDatabase> {
    this.#database ??= openDatabase(this.#name, this.#factory);
    return this.#database;
  }
}

const lastOf = <T>(requests: readonly IDBRequest<T>[]): IDBRequest<T> | null => requests.at(-1) ?? null;

function openDatabase(name: string, factory: IDBFactory | undefined): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    if (factory === undefined) throw new DOMException('This browser has no database.', 'NotSupportedError');
    const request = factory.open(name, 1);
    request.addEventListener('upgradeneeded', () => {
      request.result.createObjectStore('uploads', { keyPath: 'id' });
      request.result.createObjectStore('blobs');
    });
    request.addEventListener('success', () => {
      request.result.addEventListener('versionchange', () => request.result.close());
      resolve(request.result);
    });
    request.addEventListener('error', () => reject(request.error ?? new DOMException('It does not open.')));
  });
}
