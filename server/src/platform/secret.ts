import { createHash } from 'node:crypto';

/** What we keep of a secret that is random enough to need no salt: its SHA-256, hexadecimal. */
export const hashOfSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');
