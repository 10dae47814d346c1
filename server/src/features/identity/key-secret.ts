import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { ApiKey } from '@cobench/shared/identity/identity';
import { hashOfSecret } from '../../platform/secret.ts';

/** `cbk_` for an organisation or `cbp_` for a person, eight characters to recognise it by, and 32 random bytes. */
const shape = /^(cb[kp]_[\w-]{8})_[\w-]{43}$/;
const starts = { organisation: 'cbk', person: 'cbp' } as const satisfies Record<ApiKey['owner'], string>;

/** A new secret, its visible start, and the SHA-256 of all of it (hexadecimal), which is all that is kept. */
export function newKeySecret(owner: ApiKey['owner']): { secret: string; prefix: string; hash: string } {
  const prefix = `${starts[owner]}_${randomBytes(6).toString('base64url')}`;
  const secret = `${prefix}_${randomBytes(32).toString('base64url')}`;
  return { secret, prefix, hash: hashOfSecret(secret) };
}

/** The visible start of a secret; null where it is none of ours. */
export const prefixOf = (secret: string): string | null => shape.exec(secret)?.[1] ?? null;

export const hasHash = (secret: string, hash: string): boolean =>
  timingSafeEqual(Buffer.from(hash), Buffer.from(hashOfSecret(secret)));
