import { invalidNamespace } from '../language/errors.ts';
import { createTables, newCollection, readCatalog, withCollection, type Catalog, type Collection } from './catalog.ts';
import { Claims } from './claims.ts';
import type { Connection } from './connection.ts';
import { DataFile } from './data-file.ts';
import { Journal } from './journal.ts';

/** The state that all commands share: the file, what is in it, and who is writing. */
export class Engine {
  catalog: Catalog;
  readonly claims = new Claims();
  readonly journal: Journal;
  readonly file: DataFile;

  /** Throws DataFileError. */
  constructor(path: string) {
    this.file = new DataFile(path);
    this.catalog = readCatalog(this.file.writer);
    this.journal = new Journal(this.file.writer, () => {
      this.catalog = readCatalog(this.file.writer);
    });
  }

  get writer(): Connection {
    return this.file.writer;
  }

  /** The collection, made when it is missing. */
  ensure(ns: string): Collection {
    return this.catalog.get(ns) ?? this.put(createTables(this.writer, newCollection(checkNamespace(ns))));
  }

  put(collection: Collection): Collection {
    this.catalog = withCollection(this.catalog, collection);
    return collection;
  }

  close(): void {
    this.journal.flush();
    this.file.close();
  }
}

/** `database.collection`, as MongoDB allows it. */
export function checkNamespace(ns: string): string {
  const dot = ns.indexOf('.');
  const [database, name] = [ns.slice(0, dot), ns.slice(dot + 1)];
  if (!/^[^/\\. "$*<>:|?\0]{1,63}$/.test(database) || dot < 0)
    throw invalidNamespace(`Invalid database name: '${database}'`);
  if (name === '' || name.startsWith('.') || name.startsWith('system.') || /[$\0]/.test(name) || ns.length > 255)
    throw invalidNamespace(`Invalid namespace specified '${ns}'`);
  return ns;
}
