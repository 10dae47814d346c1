import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { KeyMissing, type KeyRing, type MasterKey } from './keys/key-ring.ts';

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
  /** Null where it was sealed under a master key that is not in the ring. @throws where it was changed, or is another record's. */
  open(sealed: string, label: Label): string | null;
  /** Anew under the current master key; null where it is. @throws KeyMissing, and where it was changed */
  reseal(sealed: string, label: Label): string | null;
  sealBytes(bytes: Uint8Array, label: Label): Buffer;
  /** Null where it was sealed under a master key that is not in the ring. @throws where it was changed, or is another record's. */
  openBytes(sealed: Uint8Array, label: Label): Buffer | null;
  /** Anew under the current master key; null where it is. @throws KeyMissing, and where it was changed */
  resealBytes(sealed: Uint8Array, label: Label): Buffer | null;
};

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;
const nameBytes = 6;

/**
 * AES-256-GCM under keys that HKDF-SHA256 derives from the current master key by their purpose. What is sealed begins with
 * the name of its master key, so that there may be another one later.
 */
export function sealing(ring: KeyRing): Sealing {
  const { current } = ring;
  const nameTag = Buffer.from(current.name, 'hex');

  function seal(text: string, label: Label): string {
    return `${current.name}.${lock(Buffer.from(text), { key: keyFor(current, label), label }).toString('base64url')}`;
  }
  function open(sealed: string, label: Label): string | null {
    const [under = '', body = ''] = sealed.split('.');
    const master = ring.find(under);
    if (!master) return null;
    return unlock(Buffer.from(body, 'base64url'), { key: keyFor(master, label), label }).toString('utf8');
  }
  function sealBytes(bytes: Uint8Array, label: Label): Buffer {
    return Buffer.concat([nameTag, lock(bytes, { key: keyFor(current, label), label })]);
  }
  function openBytes(sealed: Uint8Array, label: Label): Buffer | null {
    const master = ring.find(sealedUnder(sealed));
    if (!master) return null;
    return unlock(bufferOf(sealed).subarray(nameBytes), { key: keyFor(master, label), label });
  }

  return {
    seal,
    open,
    reseal(sealed, label) {
      const [under = ''] = sealed.split('.');
      if (under === current.name) return null;
      const text = open(sealed, label);
      if (text === null) throw new KeyMissing(under);
      return seal(text, label);
    },
    sealBytes,
    openBytes,
    resealBytes(sealed, label) {
      const under = sealedUnder(sealed);
      if (under === current.name) return null;
      const bytes = openBytes(sealed, label);
      if (bytes === null) throw new KeyMissing(under);
      return sealBytes(bytes, label);
    },
  };
}

/** The name of the master key that bytes were sealed under. */
const sealedUnder = (sealed: Uint8Array): string => bufferOf(sealed).toString('hex', 0, nameBytes);
const bufferOf = ({ buffer, byteOffset, length }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, length);

const keyFor = ({ secret }: MasterKey, { purpose }: Label): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, 'cobench', purpose, 32));

type Locking = { key: Buffer; label: Label };

function lock(bytes: Uint8Array, { key, label }: Locking): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(label.about));
  return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
}

function unlock(body: Buffer, { key, label }: Locking): Buffer {
  const decipher = createDecipheriv(algorithm, key, body.subarray(0, nonceBytes), { authTagLength: tagBytes })
    .setAAD(Buffer.from(label.about))
    .setAuthTag(body.subarray(-tagBytes));
  return Buffer.concat([decipher.update(body.subarray(nonceBytes, -tagBytes)), decipher.final()]);
}
