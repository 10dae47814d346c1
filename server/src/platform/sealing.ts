import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { kept } from './kept-file.ts';

/** What a derived key is for: nothing sealed for one purpose opens for another. */
type Purpose = 'authenticator' | 'signing-key';
type Label = {
  purpose: Purpose;
  /** Whose it is; what is sealed for one record does not open as another's. */
  about: string;
};

/** Seals small secrets of ours before they go into the database. */
export type Sealing = {
  seal(text: string, label: Label): string;
  /** Null where it was sealed under another master key. @throws where it was changed, or is another record's. */
  open(sealed: string, label: Label): string | null;
};

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/**
 * AES-256-GCM under keys that HKDF-SHA256 derives from the master key (64 hexadecimal digits) by their purpose. What is
 * sealed begins with a name of the master key, so that there may be another one later.
 */
export function sealing(masterKey: string): Sealing {
  const master = Buffer.from(masterKey, 'hex');
  const derived = (info: string): Buffer => Buffer.from(hkdfSync('sha256', master, 'cobench', info, 32));
  const name = createHash('sha256').update(derived('name')).digest('hex').slice(0, 12);

  return {
    seal(text, { purpose, about }) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, derived(purpose), nonce).setAAD(Buffer.from(about));
      const body = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${name}.${body.toString('base64url')}`;
    },
    open(sealed, { purpose, about }) {
      const [under, body = ''] = sealed.split('.');
      if (under !== name) return null;
      const bytes = Buffer.from(body, 'base64url');
      const decipher = createDecipheriv(algorithm, derived(purpose), bytes.subarray(0, nonceBytes))
        .setAAD(Buffer.from(about))
        .setAuthTag(bytes.subarray(-tagBytes));
      return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]).toString('utf8');
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
