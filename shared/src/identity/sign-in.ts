import { z } from 'zod';
import { endpoint } from '../endpoint.ts';

/** Why a sign-in did not end in a session; `/sign-in?problem=` carries one of these. */
export const signInProblems = [
  /** The identity provider does not answer. */
  'provider-unreachable',
  /** The person, or the provider for them, said no. */
  'refused',
  /** They are who they say, but belong to no organisation here. */
  'no-membership',
  /** It took too long, or was started in another browser: start again. */
  'expired',
  'rate-limited',
  /** The provider's answer cannot be trusted, or we failed. The log says more. */
  'failed',
] as const;
export type SignInProblem = (typeof signInProblems)[number];

/** The realm of people who sign in here with e-mail and password; no provider's address. */
export const localRealm = 'local';

/** What the provider is called that is configured without a name. */
export const unnamedProvider = 'organisation';

/** Where people sign in and out. These answer browsers, so they stand beside the API and not in it. */
export const signInPaths = {
  /** GET, takes `returnTo`: a path of this site; and `provider`, where there are several. */
  signIn: '/auth/sign-in',
  /** Where providers send people back; those with a name of their own have an address of their own below it. */
  callback: '/auth/callback',
  /** The page for a second factor; takes `returnTo`. */
  secondFactor: '/sign-in/second-factor',
  /** POST, answers `SignedOut`. */
  signOut: '/auth/sign-out',
  backchannelLogout: '/auth/backchannel-logout',
} as const;

/** Where the browser should go to finish signing out (at the provider, where it can). */
export const SignedOut = z.object({ redirect: z.string() });
export type SignedOut = z.infer<typeof SignedOut>;

/** A provider by which people of the organisation sign in, and what its administrator needs to know of us. */
export const SignInProvider = z
  .object({
    id: z.string(),
    name: z.string(),
    issuer: z.string(),
    clientId: z.string(),
    /** Addresses to enter there: where it sends people back, and where it tells that a session is over. */
    callback: z.url(),
    backchannelLogout: z.url(),
    /** Whether it speaks for this organisation only, or for every one of the installation. */
    speaksFor: z.enum(['some', 'every']),
    /** What it answered just now; null where all is well. */
    problem: z.string().nullable(),
  })
  .meta({ id: 'SignInProvider' });
export type SignInProvider = z.infer<typeof SignInProvider>;

export const signInEndpoints = {
  providers: endpoint({
    method: 'get',
    path: '/api/v1/sign-in/providers',
    access: 'organisation.manage',
    summary: 'The providers by which people of the organisation sign in; each is asked whether it answers',
    input: z.strictObject({}),
    output: z.object({ items: z.array(SignInProvider) }),
  }),
};
