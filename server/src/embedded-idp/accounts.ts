import { createHash, timingSafeEqual } from 'node:crypto';
import type { Account } from 'oidc-provider';
import { demoPassword, demoPeople, type DemoPerson } from '../demo/people.ts';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const passwordDigest = digest(demoPassword);

/** An e-mail address as one account is found by it, however it was typed. */
export const accountKey = (email: string): string => email.trim().toLowerCase();

/** Whose e-mail and password these are. An unknown account takes as long as a wrong password. */
export function signInWith(email: string, password: string): DemoPerson | null {
  const right = timingSafeEqual(digest(password), passwordDigest);
  const person = demoPeople.find((one) => one.email === accountKey(email));
  return right && person ? person : null;
}

/** The person as oidc-provider wants them. */
export function accountOf(subject: string): Account | undefined {
  const person = demoPeople.find((one) => one.subject === subject);
  return person && { accountId: subject, claims: () => claimsOf(person) };
}

function claimsOf({ subject, name, email, organisation, role }: DemoPerson) {
  const cobench = [{ organisation: organisation.slug, name: organisation.name, role }];
  return { sub: subject, name, email, email_verified: true, cobench };
}
