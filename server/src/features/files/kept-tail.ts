import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { passOf } from '../../platform/sealed-files/layout.ts';
import { SealBroken } from '../../platform/sealed-files/seal-broken.ts';
import type { Sealer } from '../../platform/sealed-files/sealer.ts';
import { openTail } from '../../platform/sealed-files/tail.ts';
import type { ObjectStore } from '../../platform/storage/object-store.ts';
import { newId } from '../../platform/new-id.ts';
import type { KeptTail, UploadRecord } from './upload.repo.ts';

/**
 * What an upload that broke off has behind its last part: whole segments, sealed as they are, in an object of their own,
 * and the less than a segment that is left in its row. Nothing that was received is lost.
 */
export function keptTails(store: ObjectStore) {
  return {
    /** Null where there is nothing to keep. The sealer seals no more after this. */
    async keep(sealer: Sealer, { projectId, ownerId }: UploadRecord, key: Uint8Array): Promise<KeptTail | null> {
      const [tail, rest] = [sealer.tail(), sealer.rest()];
      if (!tail && rest.length === 0) return null;
      const objectKey = tail && `sandbox/${projectId}/${ownerId}/${newId()}.tail`;
      if (tail && objectKey !== null) await store.put(objectKey, tail.bytes);
      return { key: objectKey, plainBytes: tail?.plainBytes ?? 0, rest: rest.length > 0 ? sealRest(rest, key) : null };
    },

    /** The plain bytes. @throws SealBroken, and what the store throws */
    async open(upload: UploadRecord, key: Uint8Array): Promise<Buffer[]> {
      const { tail, passes, receipts } = upload;
      if (!tail) return [];
      const rest = tail.rest ? [openRest(tail.rest, key)] : [];
      if (tail.key === null) return rest;
      const part = receipts.length;
      const pass = passOf(passes, part);
      if (!pass) throw new SealBroken('Nothing tells which pass sealed the tail.');
      const { body } = await store.read(tail.key);
      const opened = openTail(await buffer(body), { key, identity: upload, pass, part, plainBytes: tail.plainBytes });
      return [opened, ...rest];
    },
  };
}

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;
/** A key of its own, so that no nonce of a segment can come up again. */
const restKey = (key: Uint8Array): Buffer => Buffer.from(hkdfSync('sha256', key, '', 'cobench rest v1', 32));

function sealRest(rest: Uint8Array, key: Uint8Array): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, restKey(key), nonce);
  return Buffer.concat([nonce, cipher.update(rest), cipher.final(), cipher.getAuthTag()]);
}

function openRest(sealed: Uint8Array, key: Uint8Array): Buffer {
  const decipher = createDecipheriv(algorithm, restKey(key), sealed.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAuthTag(sealed.subarray(-tagBytes));
  const rest = decipher.update(sealed.subarray(nonceBytes, -tagBytes));
  try {
    decipher.final();
  } catch (cause) {
    throw new SealBroken('The rest of an upload is not as it was sealed.', { cause });
  }
  return rest;
}
