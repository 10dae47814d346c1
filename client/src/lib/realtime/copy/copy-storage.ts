import { CopyRefusal } from './copy-trouble.ts';

const storeNames = ['documents', 'updates', 'counts', 'apart', 'pages', 'wipes'] as const;
export type CopyStores = Record<(typeof storeNames)[number], IDBObjectStore>;

const version = 1;
/** Milliseconds that a browser may take to open a database. */
const patience = 5000;

/** How often everything was wiped, as the one record of its store says. */
const wipesKey = 'count';

/**
 * The database of one person, opened when it is first needed. Once a tab wiped it for good (somebody signed out), no
 * other tab that had it open may write into it again.
 */
export class CopyStorage {
  readonly #name: string;
  readonly #factory: IDBFactory | undefined;
  #database: Promise<IDBDatabase> | null = null;
  #wipes: number | null = null;

  constructor(name: string, factory: IDBFactory | undefined) {
    this.#name = name;
    this.#factory = factory;
  }

  /** Reads several stores as they were at one moment. Rejects with a `DOMException` where the browser has none. */
  async read<T>(look: (stores: CopyStores) => Promise<T>): Promise<T> {
    return look(storesOf((await this.#open()).transaction(storeNames, 'readonly')));
  }

  /**
   * Changes several stores, all of it or nothing, with nobody in between; resolves when that is on the disk. `act` awaits
   * nothing but answers of these stores. Rejects with a `DOMException`, or with `CopyRefusal` after a wipe.
   */
  async write<T>(act: (stores: CopyStores) => Promise<T>): Promise<T> {
    const transaction = (await this.#open()).transaction(storeNames, 'readwrite', { durability: 'strict' });
    const done = completionOf(transaction);
    const work = async () => {
      const stores = storesOf(transaction);
      if ((await wipesIn(stores)) !== this.#wipes) throw new CopyRefusal('wiped');
      return act(stores);
    };
    try {
      const [result] = await Promise.all([work(), done]);
      return result;
    } catch (error) {
      if (transaction.error === null) abort(transaction);
      throw error;
    }
  }

  /** Like `write`, and the last that anybody writes who has it open now, this tab included. */
  async wipe(act: (stores: CopyStores) => Promise<void>): Promise<void> {
    await this.write(async (stores) => {
      await act(stores);
      stores.wipes.put((this.#wipes ?? 0) + 1, wipesKey);
    });
  }

  #open(): Promise<IDBDatabase> {
    this.#database ??= this.#opened();
    return this.#database;
  }

  async #opened(): Promise<IDBDatabase> {
    const forget = () => (this.#database = null);
    try {
      if (this.#factory === undefined) throw new DOMException('This browser has no database.', 'NotSupportedError');
      const database = await openDatabase(this.#name, this.#factory);
      database.addEventListener('close', forget);
      database.addEventListener('versionchange', () => {
        database.close();
        forget();
      });
      this.#wipes ??= await wipesIn(storesOf(database.transaction(storeNames, 'readonly')));
      return database;
    } catch (error) {
      forget();
      throw error;
    }
  }
}

const wipesIn = async ({ wipes }: CopyStores): Promise<number> => Number((await answerOf(wipes.get(wipesKey))) ?? 0);

function openDatabase(name: string, factory: IDBFactory): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new DOMException('The database does not open.', 'TimeoutError')), patience);
    const request = factory.open(name, version);
    request.addEventListener('upgradeneeded', () => makeStores(request.result));
    request.addEventListener('success', () => {
      clearTimeout(timer);
      resolve(request.result);
    });
    request.addEventListener('error', () => {
      clearTimeout(timer);
      reject(request.error ?? new DOMException('The database does not open.'));
    });
  });
}

function makeStores(database: IDBDatabase): void {
  for (const name of ['documents', 'pages']) database.createObjectStore(name, { keyPath: 'document' });
  for (const name of ['updates', 'apart'])
    database.createObjectStore(name, { keyPath: 'n', autoIncrement: true }).createIndex('document', 'document');
  database.createObjectStore('counts', { keyPath: ['document', 'writer'] }).createIndex('document', 'document');
  database.createObjectStore('wipes');
}

const storesOf = (transaction: IDBTransaction): CopyStores =>
  Object.fromEntries(storeNames.map((name) => [name, transaction.objectStore(name)])) as CopyStores;

/** Resolves when the transaction is on the disk; rejects when nothing of it is. */
const completionOf = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.addEventListener('complete', () => resolve());
    transaction.addEventListener('abort', () => reject(transaction.error ?? new DOMException('Aborted', 'AbortError')));
  });

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch {
    // It has ended already, which is all that was wanted.
  }
}

/** What a request answers. Awaited inside its transaction it keeps the transaction open. */
export const answerOf = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new DOMException('The request failed.')));
  });

/** The records of one document in a store that has several of them. */
export const recordsOf = <T>(store: IDBObjectStore, document: string): Promise<T[]> =>
  answerOf(store.index('document').getAll(document) as IDBRequest<T[]>);

export const keysOf = (store: IDBObjectStore, document: string): Promise<IDBValidKey[]> =>
  answerOf(store.index('document').getAllKeys(document));
