import { randomBytes } from 'node:crypto';
import { hashOfSecret } from '../../platform/secret.ts';

/** `cbl_` in a link or `cbs_` in the cookie of a screen, and 32 random bytes: neither is taken for the other, or for a key. */
const starts = { link: 'cbl', screen: 'cbs' } as const;
type Kind = keyof typeof starts;

/** A new secret, and its SHA-256 (hexadecimal), which is all that is kept. */
export function newSecret(kind: Kind): { secret: string; hash: string } {
  const secret = `${starts[kind]}_${randomBytes(32).toString('base64url')}`;
  return { secret, hash: hashOfSecret(secret) };
}

/** What is kept of a secret that somebody shows; null where it is none of this kind. */
export const hashOfShown = (kind: Kind, shown: string): string | null =>
  new RegExp(`^${starts[kind]}_[\\w-]{43}$`).test(shown) ? hashOfSecret(shown) : null;
