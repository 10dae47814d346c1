import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { kept } from './kept-file.ts';

/** What a derived key is for: nothing sealed for one purpose opens for another. */
type Purpose = 'authenticator' | 'signing-key' | 'certificate';
type Label = {
  purpose: Purpose;
  /** Whose it is; what is sealed for one record does not open as another's. */
  about: string;
};

/** Seals small secrets of ours, and files that fit into memory, before they go into the database. */
export type Sealing = {
  seal(text: string, label: Label): string;
  /** Null where it was sealed under another master key. @throws where it was changed, or is another record's. */
  open(sealed: string, label: Label): string | null;
  sealBytes(bytes: Uint8Array, label: Label): Buffer;
  /** Null where it was sealed under another master key. @throws where it was changed, or is another record's. */
  openBytes(sealed: Uint8Array, label: Label): Buffer | null;
};

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;
const nameBytes = 6;

/**
 * AES-256-GCM under keys that HKDF-SHA256 derives from the master key (64 hexadecimal digits) by their purpose. What is
 * sealed begins with a name of the master key, so that there may be another one later.
 */
export function sealing(masterKey: string): Sealing {
  const master = Buffer.from(masterKey, 'hex');
  const derived = (info: string): Buffer => Buffer.from(hkdfSync('sha256', master, 'cobench', info, 32));
  const name = createHash('sha256')
    .update(derived('name'))
    .digest('hex')
    .slice(0, nameBytes * 2);
  const nameTag = Buffer.from(name, 'hex');

  function lock(bytes: Uint8Array, { purpose, about }: Label): Buffer {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, derived(purpose), nonce).setAAD(Buffer.from(about));
    return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  }

  function unlock(body: Buffer, { purpose, about }: Label): Buffer {
    const decipher = createDecipheriv(algorithm, derived(purpose), body.subarray(0, nonceBytes))
      .setAAD(Buffer.from(about))
      .setAuthTag(body.subarray(-tagBytes));
    return Buffer.concat([decipher.update(body.subarray(nonceBytes, -tagBytes)), decipher.final()]);
  }

  return {
    seal: (text, label) => `${name}.${lock(Buffer.from(text), label).toString('base64url')}`,
    open(sealed, label) {
      const [under, body = ''] = sealed.split('.');
      return under === name ? unlock(Buffer.from(body, 'base64url'), label).toString('utf8') : null;
    },
    sealBytes: (bytes, label) => Buffer.concat([nameTag, lock(bytes, label)]),
    openBytes(sealed, label) {
      const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.length);
      return bytes.subarray(0, nameBytes).equals(nameTag) ? unlock(bytes.subarray(nameBytes), label) : null;
    },
  };
}

/** The master key of an installation for which none is configured: made once, kept in the data directory. */
export async function keptMasterKey(dataDir: string): Promise<string> {
  const path = join(dataDir, 'master-key');
  const key = await kept(path, () => randomBytes(32).toString('hex'));
  if (!/^[0-9a-f]{64}$/.test(key)) throw new Error(`${path} holds no master key.`);
  return key;
}
