import type { Page } from '@cobench/shared/page';
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
  /** A browser with its cookie, or a program with access tokens. */
  kind: z.enum(['browser', 'api']).default('browser'),
  signedInAt: z.date(),
  /** Since when the password was theirs with which they came; not there for people without one. */
  passwordSince: z.date().optional(),
  /** Whether they showed a second factor, here or at their provider. */
  secondFactor: z.boolean().default(false),
  /** When they last showed that it is they; at the sign-in, and again before what matters most. */
  confirmedAt: z.date().optional(),
  /** What it was begun with, for its person to recognise it by. */
  device: z.string().default(''),
  address: z.string().default(''),
});
export type SignedIn = z.infer<typeof SignedIn>;

/** Who waits for a second factor: they showed all else. They are nobody yet, and their browser has a session all the same. */
export const Waiting = SignedIn.pick({
  personId: true,
  orgId: true,
  realm: true,
  sid: true,
  idToken: true,
  passwordSince: true,
}).extend({
  /** They have none, and their organisation asks for one. */
  mustSetUp: z.boolean(),
  until: z.date(),
});
export type Waiting = z.infer<typeof Waiting>;

/**
 * Which sessions: those of a person, and of these perhaps all but one, only one, or those that work in an organisation; one
 * of an organisation; those in an organisation that began without a second factor; or those the provider knows by a name.
 */
export type SessionFilter =
  | { orgId: string; secondFactor: false }
  | { personId: string; except?: string; only?: string; orgId?: string; secondFactor?: false }
  | { orgId: string; only: string }
  | { realm: string; sid: string; personId?: string | undefined };

export type KeptSession = { id: string; signedIn: SignedIn; lastUsedAt: Date };

export type SessionQuery = { personId?: string | undefined; limit: number; cursor?: string | undefined };

/** The sessions as records. An id here is the hash of what the cookie carries. */
export type SessionRepo = {
  find(id: string, now: Date): Promise<SignedIn | null>;
  /** Those of these that are alive, by id. */
  findAll(ids: readonly string[], now: Date): Promise<ReadonlyMap<string, SignedIn>>;
  matching(filter: SessionFilter): Promise<{ id: string; orgId: string }[]>;
  /** Those of a person that are alive, newest use first. */
  ofPerson(personId: string, limits: { now: Date; limit: number }): Promise<KeptSession[]>;
  /** Those that work in an organisation, perhaps of one person there; alive, newest use first. */
  inOrganisation(
    orgId: string,
    query: { now: Date; signedInAfter: Record<SignedIn['kind'], Date> } & SessionQuery,
  ): Promise<Page<KeptSession>>;
  /** Those past their idle limit, or past the absolute one of their kind. */
  expired(limits: { now: Date; signedInBefore: Record<SignedIn['kind'], Date> }): Promise<string[]>;
  insert(id: string, signedIn: SignedIn, limits: { now: Date; expires: Date }): Promise<void>;
  /** Lets it live on. False where it is over. */
  extend(id: string, limits: { now: Date; expires: Date }): Promise<boolean>;
  moveTo(id: string, orgId: string): Promise<void>;
  /** Writes down what somebody showed. */
  confirm(id: string, shown: Pick<SignedIn, 'confirmedAt'> & Partial<Pick<SignedIn, 'secondFactor'>>): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
  /** Takes what waits under this id, once. */
  takeWaiting(id: string): Promise<Waiting | null>;
  /** Removes what waits for a second factor and would become one of these. */
  removeWaiting(filter: SessionFilter): Promise<void>;
};
