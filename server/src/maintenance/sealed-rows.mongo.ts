import type { ClientSession, Connection } from 'mongoose';
import { installationChain } from '../features/audit/index.ts';
import { fileKeys, type KeyHolder } from '../platform/keys/file-keys.ts';
import type { KeyRing } from '../platform/keys/key-ring.ts';
import { sealing } from '../platform/sealing.ts';

/** As the driver reads bytes. */
type Bytes = { buffer: Uint8Array };
type Row = { _id: string } & Record<string, unknown>;
type Change = { $set: object; $inc?: object };
/** What must still be so when it is written, and what is written. */
type Renewal = { seen: object; change: Change };

/** Rows that hold something under a master key. */
export type SealedRows = {
  what: string;
  /** So many at once, however many are asked for: rows that carry files are large. */
  mostAtOnce: number;
  /** Rows in the order of their ids, only those that may be under another key than the current one. */
  older(after: string, limit: number): Promise<Row[]>;
  all(): AsyncIterable<Row>;
  keyName(row: Row): string;
  /** The chain of the audit trail that it belongs to: its organisation's, or the installation's. */
  chainOf(row: Row): string;
  /** Why it cannot be sealed anew now; null where it can. */
  held(row: Row): string | null;
  /** What it is under the current key; null where it is. @throws SealBroken, KeyMissing, and where it was changed */
  anew(row: Row): Renewal | null;
  /** Within a transaction. False where the row has changed since it was read. */
  write(row: Row, renewal: Renewal, session: ClientSession): Promise<boolean>;
};

/**
 * All that is sealed in a store, on the collections themselves: what looks after keys belongs to no feature and crosses
 * every organisation. Uploads come before the versions that they become.
 */
export function sealedRows(connection: Connection, ring: KeyRing): SealedRows[] {
  const { name: current } = ring.current;
  const keys = fileKeys(ring);
  const { reseal, resealBytes } = sealing(ring);

  function rowsOf(
    what: string,
    options: {
      collection: string;
      /** What has something sealed, and what of it is older, as far as the store can tell. */
      sealed: object;
      older: object;
      mostAtOnce?: number;
      keyName(row: Row): string;
      held?(row: Row): string | null;
      anew(row: Row): Renewal | null;
    },
  ): SealedRows {
    const collection = connection.collection<{ _id: string }>(options.collection);
    return {
      what,
      mostAtOnce: options.mostAtOnce ?? Infinity,
      older: (after, limit) =>
        collection
          .find<Row>({ $and: [options.sealed, options.older, { _id: { $gt: after } }] })
          .sort({ _id: 1 })
          .limit(limit)
          .toArray(),
      all: () => collection.find<Row>(options.sealed),
      keyName: options.keyName,
      chainOf: ({ orgId }) => (typeof orgId === 'string' ? orgId : installationChain),
      held: options.held ?? (() => null),
      anew: options.anew,
      write: async ({ _id }, { seen, change }, session) =>
        (await collection.updateOne({ _id, ...seen }, change as never, { session })).matchedCount > 0,
    };
  }

  const wrapped = (
    row: Row,
    holder: Pick<KeyHolder, 'version'> & Partial<Pick<KeyHolder, 'fileId'>>,
    more: Omit<Change, '$set'>,
  ) => {
    const { keyName, wrappedKey } = row as Row & { keyName: string; wrappedKey: Bytes };
    const rewrapped = keys.rewrap({ ...(row as Row & KeyHolder), ...holder, wrappedKey: wrappedKey.buffer });
    return rewrapped && { seen: { keyName, wrappedKey }, change: { $set: { ...rewrapped }, ...more } };
  };
  const keyName = (row: Row) => String(row['keyName']);
  const underOther = { keyName: { $ne: current } };
  const textUnderOther = { $not: new RegExp(`^${current}\\.`) };
  const nameOfText = (sealed: unknown) => String(sealed).split('.')[0] ?? '';

  return [
    rowsOf('uploads under way', {
      collection: 'fileUploads',
      sealed: { state: { $in: ['open', 'sealed'] } },
      older: underOther,
      keyName,
      held: ({ way }) => (way === 'form' ? 'it comes in one go; once it is done, run this again' : null),
      // Whoever writes has read the old key, and would put it into the version: a newer writer takes over.
      anew: (row) => wrapped(row, { version: Number(row['version']) }, { $inc: { writer: 1 } }),
    }),
    rowsOf('versions of files', {
      collection: 'fileVersions',
      sealed: {},
      older: underOther,
      keyName,
      anew: (row) => wrapped(row, { version: Number(row['number']) }, {}),
    }),
    rowsOf('authenticator apps', {
      collection: 'secondFactors',
      sealed: { 'authenticator.sealed': { $type: 'string' } },
      older: { 'authenticator.sealed': textUnderOther },
      keyName: (row) => nameOfText(authenticatorOf(row)),
      anew(row) {
        const sealed = authenticatorOf(row);
        const resealed = reseal(sealed, { purpose: 'authenticator', about: row._id });
        return resealed === null
          ? null
          : { seen: { 'authenticator.sealed': sealed }, change: { $set: { 'authenticator.sealed': resealed } } };
      },
    }),
    rowsOf('signing keys', {
      collection: 'signingKeys',
      sealed: {},
      older: { sealedPrivateKey: textUnderOther },
      keyName: ({ sealedPrivateKey }) => nameOfText(sealedPrivateKey),
      anew({ _id: id, sealedPrivateKey }) {
        const resealed = reseal(String(sealedPrivateKey), { purpose: 'signing-key', about: id });
        return resealed === null
          ? null
          : { seen: { sealedPrivateKey }, change: { $set: { sealedPrivateKey: resealed } } };
      },
    }),
    rowsOf('certificates that are still in the database', {
      collection: 'calibrationFiles',
      sealed: { sealed: { $exists: true } },
      // The name is in the bytes: the store cannot look for it.
      older: {},
      mostAtOnce: 8,
      keyName: ({ sealed }) => Buffer.from((sealed as Bytes).buffer).toString('hex', 0, 6),
      anew(row) {
        const { _id: id, orgId, sealed } = row as Row & { sealed: Bytes };
        const resealed = resealBytes(sealed.buffer, { purpose: 'certificate', about: `${String(orgId)}:${id}` });
        return resealed === null ? null : { seen: { sealed }, change: { $set: { sealed: resealed } } };
      },
    }),
    // Behind those that move there.
    rowsOf('files of calibration certificates', {
      collection: 'calibrationFiles',
      sealed: { objectKey: { $exists: true } },
      older: underOther,
      keyName,
      anew: (row) => wrapped(row, { fileId: row._id, version: 1 }, {}),
    }),
  ];
}

const authenticatorOf = (row: Row): string => (row['authenticator'] as { sealed: string }).sealed;
