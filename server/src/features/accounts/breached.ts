import { createHash } from 'node:crypto';
import { readAtMost } from '../../platform/http/read-at-most.ts';
import type { Log } from '../../platform/log.ts';

/** Whether a password is known from a breach. */
export type IsBreached = (password: string) => Promise<boolean>;

const [longestList, patienceMs] = [512 * 1024, 2000];

/**
 * Asks a list of breached passwords by the first five digits of their SHA-1 (the range API of Pwned Passwords, or a copy
 * of it in the building): the list learns neither the password nor its hash. Where it does not answer, passwords pass.
 */
export function breachedPasswords(url: string | undefined, log: Log): IsBreached {
  if (url === undefined) return async () => false;
  return async (password) => {
    const hash = createHash('sha1').update(password).digest('hex').toUpperCase();
    try {
      const address = new URL(hash.slice(0, 5), url.endsWith('/') ? url : `${url}/`);
      const answer = await fetch(address, { signal: AbortSignal.timeout(patienceMs), redirect: 'error' });
      const list = answer.ok ? await readAtMost(answer, longestList) : null;
      if (!list) throw new Error(`The list of breached passwords answered ${answer.status}.`);
      return new RegExp(`^${hash.slice(5)}:(?!0\\s*$)`, 'm').test(list.toString('latin1'));
    } catch (err) {
      log.warn({ err }, 'the list of breached passwords could not be asked');
      return false;
    }
  };
}
