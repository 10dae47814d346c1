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

/** A session that was ended while its request was under way is no failure of that request. */
class ForgivingStore extends MongoStore {
  override touch(...[cookieId, session, done]: Parameters<MongoStore['touch']>): void {
    super.touch(cookieId, session, (error: unknown) => {
      const gone = error instanceof Error && error.message.startsWith('Unable to find the session');
      done?.(gone ? null : error);
    });
  }
}
