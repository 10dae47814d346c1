import { randomBytes } from 'node:crypto';
import { hashOfSecret } from '../../platform/secret.ts';

/** What a link carries, and what we keep of it. */
export function mailedToken(): { token: string; hash: string } {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: hashOfSecret(token) };
}
