import { IDBFactory } from 'fake-indexeddb';

/** For tests: the disk of one computer. Writes wait while it is stuck, and fail while it is full. */
export class FakeDisk {
  readonly factory = new IDBFactory();
  full = false;

  constructor() {
    const { open } = this.factory;
    this.factory.open = (...names) => {
      const request = open.apply(this.factory, names);
      request.addEventListener('success', () => this.#watch(request.result));
      return request;
    };
  }

  /** Makes each write fail as a browser does whose space is used up. */
  #watch(database: IDBDatabase): void {
    const begin = database.transaction.bind(database);
    database.transaction = (stores, mode, options) => {
      if (mode === 'readwrite' && this.full) throw new DOMException('No space is left.', 'QuotaExceededError');
      return begin(stores, mode, options);
    };
  }
}
