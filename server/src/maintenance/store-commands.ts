import type { Connection } from 'mongoose';
import type { Config } from '../config.ts';
import { everyCertificate } from '../features/calibrations/index.ts';
import { everyVersion, lostVersions, mongoUploads } from '../features/files/index.ts';
import { objectsKept } from '../objects-kept.ts';
import type { Clock } from '../platform/clock.ts';
import { fileKeys } from '../platform/keys/file-keys.ts';
import type { KeyRing } from '../platform/keys/key-ring.ts';
import { mongoKeysInUse } from '../platform/keys/keys-in-use.mongo.ts';
import type { ObjectStore } from '../platform/storage/object-store.ts';
import { backup } from './backup/backup.ts';
import { restore } from './backup/restore.ts';
import { scrub } from './scrub.ts';

type Parts = { connection: Connection; objects: ObjectStore; ring: KeyRing; clock: Clock };

/** What is said, a line each, and whether all was in order. */
type Said = { line: string; ok: boolean };

/** After so many versions it is said how far a scrub has come. */
const sayEvery = 1000;

/** The commands that look after the metadata and the encrypted files together. */
export function storeCommands({ connection, objects, ring, clock }: Parts, { mongodbUrl }: Config) {
  return {
    /** A line for each thing that is not in order, and now and then how far it is. */
    async *scrub(after: string): AsyncGenerator<Said> {
      const kept = objectsKept(connection);
      const uploads = mongoUploads(connection);
      let [last, looked, certificates, wrong] = [after, 0, 0, 0];
      const looking = scrub(
        {
          versions: (behind) => everyVersion(connection, behind),
          certificates: () => keptCertificates(connection),
          lost: () => lostVersions(connection),
          // Uploads first: one that commits in this moment is among them until its version is there.
          keysOwned: async (keys) => new Set([...(await uploads.keysKnown(keys)), ...(await kept(keys))]),
          keys: fileKeys(ring),
          objects,
          clock,
        },
        after,
      );
      try {
        for await (const one of looking) {
          if (one.wrong !== null) {
            wrong++;
            yield { line: `${one.name}: ${one.wrong}`, ok: false };
          }
          if (one.kind === 'certificate') certificates++;
          if (one.kind !== 'version') continue;
          last = one.id;
          if (++looked % sayEvery === 0) yield { line: `${looked} versions, up to ${last}`, ok: true };
        }
      } catch (cause) {
        const why = cause instanceof Error ? cause.message : String(cause);
        throw new Error(last === '' ? why : `${why} Go on with: cobench scrub --after ${last}`, { cause });
      }
      const also = certificates > 0 ? ` and ${certificates} certificates` : '';
      yield { line: `${looked} versions${also} read back, ${wrong} not in order`, ok: wrong === 0 };
    },

    async *backup(directory: string): AsyncGenerator<Said> {
      const keysInUse = async () => (await mongoKeysInUse(connection).list()).map(({ name }) => name);
      const deps = { connection, objects, keysInUse, clock, snapshots: mongodbUrl !== undefined };
      const { manifest, leftOut } = await backup(deps, directory);
      for (const { key } of leftOut) yield { line: `${key}: left out, it is not in the store`, ok: false };
      const documents = manifest.collections.reduce((sum, collection) => sum + collection.documents, 0);
      const keys = manifest.masterKeys.map((name) => `; master key ${name} is needed to read it`).join('');
      yield { line: `${documents} documents and ${manifest.objects.count} objects${keys}`, ok: true };
    },

    async *restore(directory: string): AsyncGenerator<Said> {
      const { collections, objects: listed } = await restore({ connection, objects, ring }, directory);
      const documents = collections.reduce((sum, collection) => sum + collection.documents, 0);
      yield { line: `${documents} documents and ${listed.count} objects are back`, ok: true };
    },
  };
}

async function* keptCertificates(connection: Connection) {
  for await (const { sha256, ...stored } of everyCertificate(connection)) yield { size: stored.size, sha256, stored };
}
