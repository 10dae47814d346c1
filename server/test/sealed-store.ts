import { randomBytes } from 'node:crypto';
import type { Connection } from 'mongoose';
import { sealedRows } from '../src/maintenance/sealed-rows.mongo.ts';
import { fileKeys } from '../src/platform/keys/file-keys.ts';
import { keyRing, type KeyRing } from '../src/platform/keys/key-ring.ts';
import { mongoKeysInUse } from '../src/platform/keys/keys-in-use.mongo.ts';
import { newId } from '../src/platform/new-id.ts';
import { sealing } from '../src/platform/sealing.ts';

/** Two master keys of tests. */
export const [older, newer] = ['0123456789abcdef'.repeat(4), 'fedcba9876543210'.repeat(4)] as const;

export const rows = (connection: Connection, collection: string) => connection.collection<{ _id: string }>(collection);

/** Something of every kind, under a key: `count` of each. */
export async function fill(connection: Connection, { count = 3, ring = keyRing([older]) } = {}): Promise<void> {
  const [keys, { seal, sealBytes }] = [fileKeys(ring), sealing(ring)];
  await mongoKeysInUse(connection).note(ring.current.name, new Date());
  for (let at = 0; at < count; at++) {
    const [orgId, ownerId] = [newId(), newId()];
    const [uploading, kept] = [1, 2].map((version) => ({ orgId, ownerId, fileId: newId(), version }));
    if (!uploading || !kept) throw new Error('Two files are needed.');
    const upload = { ...uploading, ...keys.make(uploading, ownerId), key: undefined, state: 'open', way: 'resumable' };
    await rows(connection, 'fileUploads').insertOne({ _id: newId(), ...upload, writer: 1 } as never, {
      ignoreUndefined: true,
    });
    const { version: number, ...file } = kept;
    const version = { ...file, number, ...keys.make(kept, ownerId), key: undefined };
    await rows(connection, 'fileVersions').insertOne({ _id: newId(), ...version }, { ignoreUndefined: true });
    const authenticator = {
      sealed: seal('JBSWY3DP', { purpose: 'authenticator', about: ownerId }),
      since: new Date(),
      lastStep: 1,
    };
    await rows(connection, 'secondFactors').insertOne({ _id: ownerId, authenticator } as never);
    const sealedPrivateKey = seal('private', { purpose: 'signing-key', about: ownerId });
    await rows(connection, 'signingKeys').insertOne({ _id: ownerId, sealedPrivateKey } as never);
    const sealed = sealBytes(randomBytes(500), { purpose: 'certificate', about: `${orgId}:${ownerId}` });
    const certificates = rows(connection, 'calibrationFiles');
    await certificates.insertOne({ _id: ownerId, orgId, sealed } as never);
    const certificate = { orgId, fileId: newId(), version: 1 };
    const { key: _key, ...wrapped } = keys.make(certificate, ownerId);
    const inStore = { _id: certificate.fileId, orgId, ownerId, ...wrapped, objectKey: newId() };
    await certificates.insertOne(inStore);
  }
}

/** How many rows there are. @throws where one of them is not under a key of this ring, or does not open */
export async function opensAll(connection: Connection, ring: KeyRing): Promise<number> {
  let count = 0;
  // What is to be sealed under a key that nothing is under has to be opened first.
  const mine = [older, newer].filter((key) => ring.find(keyRing([key]).current.name));
  for (const source of sealedRows(connection, keyRing([randomBytes(32).toString('hex'), ...mine]))) {
    for await (const row of source.all()) {
      source.anew(row);
      count++;
    }
  }
  return count;
}

/** What the audit trail says of master keys, with what is told of each. */
export async function keyEntriesIn(connection: Connection): Promise<KeyEntry[]> {
  const entries = rows(connection, 'audit').find({ action: { $regex: '^master-key\\.' } } as never);
  const found = (await entries.sort({ _id: 1 }).toArray()) as unknown as (Entry & { orgId: string; after: string })[];
  return found.map(({ orgId: chain, by, action, record, after }) => ({
    chain,
    by,
    action,
    record,
    ...(JSON.parse(after) as Told),
  }));
}
type Entry = { by: object; action: string; record: object };
type Told = { from?: string[]; sealed: Record<string, number>; left?: number };
type KeyEntry = Entry & Told & { chain: string };
