import type { IncomingMessage } from 'node:http';
import { Id } from '@cobench/shared/ids';
import { closeCode, documentKinds, schemaVersion } from '@cobench/shared/realtime/collab';
import type { Log } from '../platform/log.ts';
import type { Admission } from './collab/collab-server.ts';
import type { Person } from './collab/peer.ts';

/** What a request names, as it came. */
export type Named = { kind: string | null; id: string | null; schema: string | null };
export type Admit = (req: IncomingMessage, named: Named) => Promise<Admission>;

type Parts = {
  /** Whose session the request carries; null without one. */
  authenticate: (req: IncomingMessage) => Promise<Person | null>;
  logger: Log;
};

/**
 * Judges who wants to open a document, the same over websockets and over HTTP. Whether they may see this one is asked by
 * their connection, there and at every message.
 */
export function admitting({ authenticate, logger }: Parts): Admit {
  return async (req, { kind: kindName, id, schema }) => {
    const kind = documentKinds.find((known) => known === kindName);
    // A document is named by its kind and an id, before anybody looks whether it exists.
    if (!kind || id === null || !Id.safeParse(id).success) return refused(closeCode.missing, 'no such document');
    if (isOutdated(schema)) return refused(closeCode.outdatedSchema, 'reload the page');
    try {
      const person = await authenticate(req);
      if (!person) return refused(closeCode.signedOut, 'signed out');
      return { admitted: true, person, document: { orgId: person.orgId, kind, id } };
    } catch (err) {
      logger.warn({ err }, 'a session could not be read');
      return refused(closeCode.loadFailed, 'session unknown, come back');
    }
  };
}

const refused = (code: number, reason: string): Admission => ({ admitted: false, code, reason });

/** Clients that are no editor send no version. An editor that knows fewer nodes than we do would delete the others. */
const isOutdated = (schema: string | null): boolean => schema !== null && !(Number(schema) >= schemaVersion);
