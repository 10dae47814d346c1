import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import type { FileKeys } from '../../platform/keys/file-keys.ts';
import { KeyMissing } from '../../platform/keys/key-ring.ts';
import { newId } from '../../platform/new-id.ts';
import { openSealed } from '../../platform/sealed-files/open-sealed.ts';
import { newSalt, Sealer } from '../../platform/sealed-files/sealer.ts';
import type { FileIdentity, StoredFile } from '../../platform/sealed-files/stored-file.ts';
import type { Sealing } from '../../platform/sealing.ts';
import type { ObjectStore } from '../../platform/storage/object-store.ts';
import type { KeptCertificate } from './calibration.repo.ts';

type Deps = {
  store: Pick<ObjectStore, 'put' | 'read' | 'remove'>;
  keys: Pick<FileKeys, 'make' | 'open'>;
  /** Opens those that still lie in the database. */
  sealing: Pick<Sealing, 'openBytes'>;
};
/** A certificate has one file for good: its first version is its only one. */
type Whose = Omit<FileIdentity, 'version'> & { ownerId: string };
type Which = { orgId: string; calibrationId: string };
export type CertificateObjects = ReturnType<typeof certificateObjects>;

/** The bytes of certificates, each an object of the store that is sealed as any file is. See docs/file-format.md. */
export function certificateObjects({ store, keys, sealing }: Deps) {
  return {
    /** Seals and stores; what is not named by a row within an hour is swept. @throws StoreUnavailable */
    async put({ ownerId, ...of }: Whose, bytes: Uint8Array): Promise<StoredFile> {
      const identity = { ...of, version: 1 };
      const { key, ...wrapped } = keys.make(identity, ownerId);
      const pass = { fromPart: 0, salt: newSalt() };
      const sealer = new Sealer({ key, identity, ...pass });
      const parts = [...sealer.push(bytes), sealer.finish()];
      const objectKey = `sandbox/certificates/${identity.fileId}/${newId()}.enc`;
      await store.put(objectKey, Buffer.concat(parts.map((part) => part.bytes)));
      return { id: newId(), ...identity, ownerId, ...wrapped, objectKey, passes: [pass], size: bytes.length };
    },

    /** All of it, proven. @throws KeyMissing, SealBroken, ObjectMissing, StoreUnavailable */
    async read({ orgId, calibrationId }: Which, kept: KeptCertificate): Promise<Buffer> {
      if ('sealed' in kept) {
        const bytes = sealing.openBytes(kept.sealed, { purpose: 'certificate', about: `${orgId}:${calibrationId}` });
        if (!bytes) throw new KeyMissing(kept.sealed.toString('hex', 0, 6));
        return bytes;
      }
      const { stored } = kept;
      const key = keys.open(stored);
      return buffer(Readable.from(openSealed({ key, stored }, null, (range) => store.read(stored.objectKey, range))));
    },

    /** Where it cannot be removed now, the sweep does that. */
    async remove({ objectKey }: Pick<StoredFile, 'objectKey'>): Promise<void> {
      await store.remove(objectKey).catch(() => undefined);
    },
  };
}
