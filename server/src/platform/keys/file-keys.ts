import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { SealBroken } from '../sealed-files/seal-broken.ts';
import type { FileIdentity, StoredFile } from '../sealed-files/stored-file.ts';
import { KeyMissing, type KeyRing, type MasterKey } from './key-ring.ts';

/** A file's key as it may be stored. */
export type WrappedKey = { keyName: string; wrappedKey: Buffer };
/** What of a stored file says how its key is wrapped. */
export type KeyHolder = Pick<StoredFile, 'orgId' | 'fileId' | 'version' | 'ownerId' | 'keyName' | 'wrappedKey'>;

export type FileKeys = {
  /** A new key for a version of a file, and how it is stored. */
  make(identity: FileIdentity, ownerId: string): WrappedKey & { key: Buffer };
  /** @throws KeyMissing, SealBroken */
  open(stored: KeyHolder): Buffer;
  /** The same key under the current master key; null where it is. @throws KeyMissing, SealBroken */
  rewrap(stored: KeyHolder): WrappedKey | null;
};

const algorithm = 'aes-256-gcm';
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const wrappedBytes = nonceBytes + keyBytes + tagBytes;

/** Keys of files, each wrapped by the key that is derived of the person who uploaded it. See docs/file-format.md. */
export function fileKeys(ring: KeyRing): FileKeys {
  function wrap(key: Uint8Array, file: FileIdentity & { ownerId: string }): WrappedKey {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, userKey(ring.current, file), nonce).setAAD(boundTo(file));
    const sealed = cipher.update(key);
    cipher.final();
    return { keyName: ring.current.name, wrappedKey: Buffer.concat([nonce, sealed, cipher.getAuthTag()]) };
  }

  function open(stored: KeyHolder): Buffer {
    const { keyName, wrappedKey } = stored;
    const master = ring.find(keyName);
    if (!master) throw new KeyMissing(keyName);
    if (wrappedKey.length !== wrappedBytes) throw new SealBroken('The wrapped key has another length.');
    const decipher = createDecipheriv(algorithm, userKey(master, stored), wrappedKey.subarray(0, nonceBytes))
      .setAAD(boundTo(stored))
      .setAuthTag(wrappedKey.subarray(-tagBytes));
    const key = decipher.update(wrappedKey.subarray(nonceBytes, -tagBytes));
    try {
      decipher.final();
    } catch (cause) {
      throw new SealBroken('The wrapped key is not that of this file.', { cause });
    }
    return key;
  }

  return {
    make(identity, ownerId) {
      const key = randomBytes(keyBytes);
      return { key, ...wrap(key, { ...identity, ownerId }) };
    },
    open,
    rewrap: (stored) => (stored.keyName === ring.current.name ? null : wrap(open(stored), stored)),
  };
}

/** The key of a person in an organisation: derived whenever it is needed, never stored. */
function userKey({ name, secret }: MasterKey, { orgId, ownerId }: { orgId: string; ownerId: string }): Buffer {
  const info = `cobench user key v1|${name}|${orgId}|${ownerId}`;
  return Buffer.from(hkdfSync('sha256', secret, orgId, info, keyBytes));
}

/** What a wrapped key is bound to: it opens for one version of one file. */
const boundTo = ({ orgId, fileId, version }: FileIdentity): Buffer =>
  Buffer.from(`cobench file key v1|${orgId}|${fileId}|${version}`);
