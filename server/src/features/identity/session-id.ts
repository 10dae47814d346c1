import { createHash, randomBytes } from 'node:crypto';

/** A session as we name it: the hash of the id in the cookie, so that nothing we keep or tell opens a session. */
export const sessionIdOf = (cookieId: string): string => createHash('sha256').update(cookieId).digest('base64url');

/** The name of a session without a cookie. No cookie has it: nobody knows what it would be the hash of. */
export const newSessionId = (): string => randomBytes(32).toString('base64url');
