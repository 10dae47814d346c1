const storeNames = ['uploads', 'blobs', 'places'] as const;
export type UploadStores = Record<(typeof storeNames)[number], IDBObjectStore>;

/**
 * What is known on this computer of the uploads of one person. Where the browser keeps nothing every question is answered
 * with null.
 */
export class UploadDatabase {
  readonly #name: string;
  readonly #factory: IDBFactory | undefined;
  #database: Promise<IDBDatabase> | null = null;

  constructor(name: string, factory: IDBFactory | undefined) {
    this.#name = name;
    this.#factory = factory;
  }

  /** The answer of the request, once all of it is on the disk; null where it could not be done. */
  async within<T>(mode: IDBTransactionMode, ask: (stores: UploadStores) => IDBRequest<T> | null): Promise<T | null> {
    try {
      const transaction = (await this.#open()).transaction(storeNames, mode);
      const request = ask({
        uploads: transaction.objectStore('uploads'),
        blobs: transaction.objectStore('blobs'),
        places: transaction.objectStore('places'),
      });
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

  close(): void {
    void this.#database?.then((database) => database.close()).catch(() => undefined);
    this.#database = null;
  }

  #open(): Promise<IDBDatabase> {
    this.#database ??= openDatabase(this.#name, this.#factory);
    return this.#database;
  }
}

/** Adds to a record where there is one. */
export function amend(store: IDBObjectStore, key: string, fields: object): IDBRequest<object | undefined> {
  const request = store.get(key) as IDBRequest<object | undefined>;
  request.addEventListener('success', () => {
    if (request.result !== undefined) store.put({ ...request.result, ...fields });
  });
  return request;
}

function openDatabase(name: string, factory: IDBFactory | undefined): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    if (factory === undefined) throw new DOMException('This browser has no database.', 'NotSupportedError');
    const request = factory.open(name, 2);
    request.addEventListener('upgradeneeded', ({ oldVersion }) => {
      if (oldVersion < 1) {
        request.result.createObjectStore('uploads', { keyPath: 'id' });
        request.result.createObjectStore('blobs');
      }
      request.result.createObjectStore('places', { keyPath: 'id' });
    });
    request.addEventListener('success', () => {
      request.result.addEventListener('versionchange', () => request.result.close());
      resolve(request.result);
    });
    request.addEventListener('error', () => reject(request.error ?? new DOMException('It does not open.')));
  });
}
