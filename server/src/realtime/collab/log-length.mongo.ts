import type { Connection } from 'mongoose';

/** How many records of all documents the store keeps one by one, about: those that are not in segments yet. */
export const recordsKept = (connection: Connection): Promise<number> =>
  connection.collection('document_records').estimatedDocumentCount();
