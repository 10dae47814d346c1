import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { Connection } from './connection.ts';

const APPLICATION_ID = 0x436f4d67;
const FORMAT = 1;
/** As many transactions as commonly run at once: a connection that is opened compiles all of its statements again. */
const SPARE_SNAPSHOTS = 24;

/** The file cannot be used as it is: in use, not ours, not writable. The message is for a person. */
export class DataFileError extends Error {}

/**
 * The one SQLite file: a writer, and as many readers as there are transactions, each frozen at the commit it began with.
 * A write that COMMIT has answered is on the disk (`synchronous=FULL`).
 */
export class DataFile {
  readonly writer: Connection;
  readonly #path: string;
  readonly #lock: Connection;
  readonly #spare: Connection[] = [];

  /** Creates the file and its folder when they are missing. Throws DataFileError. */
  constructor(path: string) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
    this.#lock = lockFile(path);
    try {
      closeSync(openSync(path, 'a', 0o600)); // SQLite would let everybody read it, and its other files follow this one
      this.writer = openWriter(path);
    } catch (error) {
      this.#lock.close();
      throw new DataFileError(`The data file ${path} cannot be opened: ${(error as Error).message}`, { cause: error });
    }
  }

  /** A connection that sees what is committed now, whatever is written later. Give it back with `release`. */
  snapshot(): Connection {
    const reader = this.#spare.pop() ?? new Connection(this.#path, { readOnly: true });
    reader.exec('BEGIN');
    reader.get('SELECT count(*) FROM collections'); // the first read fixes the snapshot
    return reader;
  }

  release(reader: Connection): void {
    reader.exec('COMMIT');
    if (this.#spare.length < SPARE_SNAPSHOTS) this.#spare.push(reader);
    else reader.close();
  }

  close(): void {
    for (const reader of this.#spare.splice(0)) reader.close();
    this.writer.close();
    this.#lock.close();
  }
}

/** A reader of a data file that may be open in a running engine; sees the last commit. Throws DataFileError. */
export function openReader(path: string): Connection {
  try {
    const reader = new Connection(path, { readOnly: true });
    checkFormat(reader, path);
    reader.exec('BEGIN');
    return reader;
  } catch (error) {
    throw new DataFileError(`The data file ${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

/** The kernel holds this lock and drops it with the process, however that ends; nothing stale can be left behind. */
function lockFile(path: string): Connection {
  try {
    // SQLite would open what it may not write for reading, and a lock for reading keeps nobody out.
    if (existsSync(`${path}.lock`)) accessSync(`${path}.lock`, constants.W_OK);
    const lock = new Connection(`${path}.lock`, { readOnly: false });
    lock.exec('PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    const why = (error as Error).message;
    throw new DataFileError(
      why === 'database is locked'
        ? `The data file ${path} is in use: another embedded-mongo has it open. One process owns the file.`
        : `The data file ${path} cannot be locked: ${why}`,
      { cause: error },
    );
  }
}

function openWriter(path: string): Connection {
  const writer = new Connection(path, { readOnly: false });
  try {
    const empty = writer.get('SELECT count(*) FROM sqlite_schema')?.[0] === 0;
    if (!empty) checkFormat(writer, path);
    writer.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY');
    writer.exec(`BEGIN IMMEDIATE; PRAGMA application_id=${APPLICATION_ID}; PRAGMA user_version=${FORMAT};
      CREATE TABLE IF NOT EXISTS collections(id INTEGER PRIMARY KEY AUTOINCREMENT, ns TEXT NOT NULL UNIQUE, uuid BLOB NOT NULL);
      CREATE TABLE IF NOT EXISTS indexes(id INTEGER PRIMARY KEY AUTOINCREMENT, collection INTEGER NOT NULL, spec BLOB NOT NULL, multikey INTEGER NOT NULL);
      CREATE TABLE IF NOT EXISTS retries(session BLOB PRIMARY KEY, number INTEGER NOT NULL, reply BLOB NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
      COMMIT`);
    return writer;
  } catch (error) {
    writer.close();
    throw error;
  }
}

function checkFormat(connection: Connection, path: string): void {
  if (connection.get('PRAGMA application_id')?.[0] !== APPLICATION_ID)
    throw new DataFileError(`${path} is not an embedded-mongo file`);
  const format = connection.get('PRAGMA user_version')?.[0];
  if (format !== FORMAT) throw new DataFileError(`${path} has another format than ${FORMAT}, which this version reads`);
}
