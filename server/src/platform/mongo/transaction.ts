import type { ClientSession, Connection } from 'mongoose';

/**
 * All that `work` writes with the session, or nothing of it. Where the store asks for it the driver runs `work` again,
 * so it must not change anything but the store.
 */
export const inTransaction = <T>(connection: Connection, work: (session: ClientSession) => Promise<T>): Promise<T> =>
  connection.withSession((session) => session.withTransaction(() => work(session)));
