import { MongoStore } from 'connect-mongo';
import type { Connection } from 'mongoose';
import { sessionIdOf } from './session-id.ts';

/** Keeps sessions in the database, as plain records so that they can be found by their person. */
export function sessionStore(connection: Connection): MongoStore {
  return new ForgivingStore({
    client: connection.getClient(),
    dbName: connection.name,
    collectionName: 'sessions',
    stringify: false,
    transformId: sessionIdOf,
    touchAfter: 5 * 60,
    autoRemove: 'disabled',
  });
}

/** A session that was ended while its request was under way is no failure of that request, and does not come back. */
class ForgivingStore extends MongoStore {
  readonly #stored = new WeakSet<object>();

  /** express-session stores a new session once more when its request ends; it may have been ended by then. */
  override set(...[cookieId, session, done]: Parameters<MongoStore['set']>): void {
    if (this.#stored.has(session)) {
      this.touch(cookieId, session, done);
      return;
    }
    this.#stored.add(session);
    super.set(cookieId, session, done);
  }

  override touch(...[cookieId, session, done]: Parameters<MongoStore['touch']>): void {
    super.touch(cookieId, session, (error: unknown) => {
      const gone = error instanceof Error && error.message.startsWith('Unable to find the session');
      done?.(gone ? null : error);
    });
  }
}
