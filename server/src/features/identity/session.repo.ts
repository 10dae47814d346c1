import { z } from 'zod';

/** What a session keeps about its person. The role is not here: it is read from the membership at each request. */
export const SignedIn = z.object({
  personId: z.string(),
  /** The organisation they work in at the moment. */
  orgId: z.string(),
  /** Which provider signed them in, and its name for that session (for back-channel logout). */
  realm: z.string(),
  sid: z.string().optional(),
  /** Shown to the provider when they sign out. */
  idToken: z.string().optional(),
  signedInAt: z.date(),
  /** What it was begun with, for its person to recognise it by. */
  device: z.string().default(''),
  address: z.string().default(''),
});
export type SignedIn = z.infer<typeof SignedIn>;

/**
 * Which sessions: those of a person, and of these perhaps all but one, only one, or those that work in an organisation;
 * or those the provider knows by a name.
 */
export type SessionFilter =
  | { personId: string; except?: string; only?: string; orgId?: string }
  | { realm: string; sid: string; personId?: string | undefined };

export type KeptSession = { id: string; signedIn: SignedIn; lastUsedAt: Date };

/** The sessions as records. An id here is the hash of what the cookie carries. */
export type SessionRepo = {
  find(id: string, now: Date): Promise<SignedIn | null>;
  matching(filter: SessionFilter): Promise<{ id: string; orgId: string }[]>;
  /** Those of a person that are alive, newest use first. */
  ofPerson(personId: string, limits: { now: Date; limit: number }): Promise<KeptSession[]>;
  /** Those past their idle limit, or signed in before `signedInBefore`. */
  expired(limits: { now: Date; signedInBefore: Date }): Promise<string[]>;
  moveTo(id: string, orgId: string): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
};
