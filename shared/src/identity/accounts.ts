import { z } from 'zod';
import { Role } from '../access/roles.ts';
import { endpoint } from '../endpoint.ts';
import { ById, Id, Instant, Name } from '../ids.ts';
import { pageOf, pageQuery } from '../page.ts';
import { SignInStep } from './second-factor.ts';
import { signInPaths } from './sign-in.ts';

/** An e-mail address as people type it; two that differ in case only are the same. */
export const Email = z
  .string()
  .trim()
  .toLowerCase()
  .max(254, 'At most 254 characters.')
  .pipe(z.email('This is not an e-mail address.'));

/** A password that is being chosen: long rather than complicated (NIST SP 800-63B, 3.1.1.2). */
export const NewPassword = z
  .string()
  .min(12, 'At least 12 characters. A few words that nobody would put together are good.')
  .max(200, 'At most 200 characters.');

const GivenPassword = z.string().min(1).max(200);

/** What a mailed link carries: 32 random bytes, of which we keep the hash. It is good once. */
export const MailedToken = z.string().regex(/^[\w-]{43}$/, 'This link is not complete.');

/** An invitation into an organisation that nobody has taken up yet. */
export const Invitation = z
  .object({
    id: Id,
    email: z.string(),
    role: Role,
    invitedBy: z.string(),
    createdAt: Instant,
    expiresAt: Instant,
  })
  .meta({ id: 'Invitation' });
export type Invitation = z.infer<typeof Invitation>;

/** What whoever holds an invitation sees of it. */
export const OpenedInvitation = z
  .object({
    organisation: z.string(),
    email: z.string(),
    role: Role,
    /** Whether there is an account with this address: then its owner signs in and takes the invitation up. */
    hasAccount: z.boolean(),
  })
  .meta({ id: 'OpenedInvitation' });
export type OpenedInvitation = z.infer<typeof OpenedInvitation>;

const nothing = z.object({});
/** How far that came: an organisation, or the person themselves, may ask for a second factor. */
const reached = z.object({ step: SignInStep });

export const accountEndpoints = {
  methods: endpoint({
    method: 'get',
    path: '/api/v1/accounts/methods',
    access: 'anybody',
    summary: 'The ways to sign in here',
    input: z.strictObject({}),
    output: z.object({
      /** The providers to go to: GET `/auth/sign-in?provider=`. */
      providers: z.array(z.object({ id: z.string(), name: z.string() })),
      mail: z.boolean(),
      /** Whether browsers have passkeys for the address of this installation. */
      passkeys: z.boolean(),
    }),
  }),
  signIn: endpoint({
    method: 'post',
    path: '/api/v1/accounts/sign-in',
    access: 'anybody',
    summary: `Sign in with e-mail and password; people of an organisation's provider go to ${signInPaths.signIn}`,
    input: z.strictObject({ email: Email, password: GivenPassword }),
    output: reached,
  }),
  openInvitation: endpoint({
    method: 'post',
    path: '/api/v1/accounts/invitation',
    access: 'anybody',
    summary: 'What an invitation is to',
    input: z.strictObject({ token: MailedToken }),
    output: OpenedInvitation,
  }),
  register: endpoint({
    method: 'post',
    path: '/api/v1/accounts/register',
    access: 'anybody',
    summary: 'Make an account for the address that was invited, join, and be signed in',
    input: z.strictObject({ token: MailedToken, name: Name, password: NewPassword }),
    output: reached,
  }),
  join: endpoint({
    method: 'post',
    path: '/api/v1/accounts/join',
    access: 'signed-in',
    summary: 'Take an invitation up as the person who is signed in',
    input: z.strictObject({ token: MailedToken }),
    output: z.object({ organisationId: Id }),
  }),
  forgot: endpoint({
    method: 'post',
    path: '/api/v1/accounts/forgot',
    access: 'anybody',
    summary: 'Have a link mailed to choose another password; the answer is the same where there is no account',
    input: z.strictObject({ email: Email }),
    output: nothing,
  }),
  reset: endpoint({
    method: 'post',
    path: '/api/v1/accounts/reset',
    access: 'anybody',
    summary: 'Choose another password with a mailed link; every session ends',
    input: z.strictObject({ token: MailedToken, password: NewPassword }),
    output: nothing,
  }),
  mine: endpoint({
    method: 'get',
    path: '/api/v1/me/account',
    access: 'signed-in',
    summary: 'The account with which I sign in here; null for people of a provider',
    input: z.strictObject({}),
    output: z.object({ email: z.string().nullable() }),
  }),
  changePassword: endpoint({
    method: 'post',
    path: '/api/v1/me/password',
    access: 'signed-in',
    summary: 'Choose another password; every other session ends',
    input: z.strictObject({ current: GivenPassword, password: NewPassword }),
    output: nothing,
  }),
  invitations: endpoint({
    method: 'get',
    path: '/api/v1/invitations',
    access: 'member.manage',
    summary: 'The invitations that nobody has taken up yet',
    input: z.strictObject({ ...pageQuery }),
    output: pageOf(Invitation),
  }),
  invite: endpoint({
    method: 'post',
    path: '/api/v1/invitations',
    access: 'member.manage',
    summary: 'Invite somebody by e-mail',
    input: z.strictObject({ email: Email, role: Role }),
    /** `link` only where no mail can be sent: whoever invites hands it over. */
    output: Invitation.extend({ link: z.url().nullable() }),
    status: 201,
  }),
  revokeInvitation: endpoint({
    method: 'post',
    path: '/api/v1/invitations/:id/revoke',
    access: 'member.manage',
    summary: 'Take an invitation back',
    input: ById,
    output: Invitation,
  }),
};
