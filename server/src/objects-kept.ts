import type { Connection } from 'mongoose';
import { certificateKeys } from './features/calibrations/index.ts';
import { mongoKeptKeys } from './features/files/index.ts';

/** Of keys of objects, those that belong to something: a version of a file, or a certificate. */
export function objectsKept(connection: Connection): (keys: readonly string[]) => Promise<Set<string>> {
  const kinds = [mongoKeptKeys(connection), certificateKeys(connection)];
  return async (keys) => {
    const found = await Promise.all(kinds.map((kept) => kept(keys)));
    return new Set(found.flatMap((kept) => [...kept]));
  };
}
