import { z } from 'zod';
import { Role } from '../access/roles.ts';
import { keyScopes, tokenScopes } from '../access/scopes.ts';
import { endpoint } from '../endpoint.ts';
import { ById, Id, Instant, Name, Version } from '../ids.ts';
import { pageOf, pageQuery } from '../page.ts';
import { PersonRef } from './person-ref.ts';

export const Organisation = z.object({ id: Id, name: z.string(), slug: z.string() }).meta({ id: 'Organisation' });
export type Organisation = z.infer<typeof Organisation>;

/** What an organisation asks of its people. */
export const Policies = z
  .object({
    /** Whoever works here shows a second factor at sign-in, and sets one up where they have none. */
    secondFactor: z.boolean(),
    /** How long a personal token may be good; 0 where people make none. */
    longestTokenDays: z.int().min(0).max(365),
    /** For so many days after the end of a run every measured point is kept, then only roll-ups; null: for ever. */
    keepPointsDays: z.int().min(1).max(36_500).nullable().default(null),
  })
  .meta({ id: 'Policies' });
export type Policies = z.infer<typeof Policies>;

export const policiesOfNew: Policies = { secondFactor: false, longestTokenDays: 365, keepPointsDays: null };

export const OrganisationSettings = Organisation.extend({ version: Version, policies: Policies }).meta({
  id: 'OrganisationSettings',
});
export type OrganisationSettings = z.infer<typeof OrganisationSettings>;

export const Membership = z.object({ organisation: Organisation, role: Role }).meta({ id: 'Membership' });
export type Membership = z.infer<typeof Membership>;

export const Person = z.object({ id: Id, name: z.string(), email: z.string() }).meta({ id: 'Person' });
export type Person = z.infer<typeof Person>;

/** Who is signed in, where they are working now, and where else they may. */
export const Me = Person.extend({
  organisation: Organisation,
  role: Role,
  memberships: z.array(Membership),
}).meta({ id: 'Me' });
export type Me = z.infer<typeof Me>;

export const Member = Person.extend({
  role: Role,
  /** The role their provider named last. One that was given here holds until the provider names another. */
  claimedRole: Role,
  /** Who gave them their place, and the role above. */
  source: z.enum(['provider', 'invitation']),
  /** Since when they may not work here. */
  disabledAt: Instant.nullable(),
  lastSeenAt: Instant.nullable(),
}).meta({ id: 'Member' });
export type Member = z.infer<typeof Member>;

/** Where somebody is signed in. */
export const Session = z
  .object({
    /** Opens nothing: the session's cookie cannot be told from it. */
    id: z.string().regex(/^[\w-]{43}$/),
    /** Browser and system as the browser says, e.g. "Firefox on Linux"; empty where it says neither. */
    device: z.string(),
    /** The network address of the sign-in; empty for sessions that began before it was written down. */
    address: z.string(),
    kind: z.enum(['browser', 'api']),
    signedInAt: Instant,
    /** True to five minutes. */
    lastUsedAt: Instant,
    /** Whether it is the one that asks. */
    isThis: z.boolean(),
  })
  .meta({ id: 'Session' });
export type Session = z.infer<typeof Session>;

/** A session that works in the organisation, as its administrators see it. */
export const MemberSession = Session.extend({ person: PersonRef }).meta({ id: 'MemberSession' });
export type MemberSession = z.infer<typeof MemberSession>;

/** A key for a machine or a script. The secret is shown once, when it is made; only its hash is kept. */
export const ApiKey = z
  .object({
    id: Id,
    /** A machine of the organisation, or a script of the person who made it, who may do as much themselves. */
    owner: z.enum(['organisation', 'person']),
    name: z.string(),
    /** The visible start of the secret, to recognise it by. */
    prefix: z.string(),
    scopes: z.array(z.enum(keyScopes)),
    createdAt: Instant,
    expiresAt: Instant,
    lastUsedAt: Instant.nullable(),
    revokedAt: Instant.nullable(),
  })
  .meta({ id: 'ApiKey' });
export type ApiKey = z.infer<typeof ApiKey>;

export const identityEndpoints = {
  me: endpoint({
    method: 'get',
    path: '/api/v1/me',
    access: 'signed-in',
    summary: 'Who is signed in',
    input: z.strictObject({}),
    output: Me,
  }),
  switchOrganisation: endpoint({
    method: 'post',
    path: '/api/v1/me/organisation',
    access: 'signed-in',
    summary: 'Work in another of my organisations',
    input: z.strictObject({ organisationId: Id }),
    output: Me,
  }),
  endOtherSessions: endpoint({
    method: 'post',
    path: '/api/v1/me/end-other-sessions',
    access: 'signed-in',
    summary: 'Sign out everywhere but here',
    input: z.strictObject({}),
    output: z.object({ ended: z.int() }),
  }),
  sessions: endpoint({
    method: 'get',
    path: '/api/v1/me/sessions',
    access: 'signed-in',
    summary: 'Where I am signed in: the hundred sessions used last, newest use first',
    input: z.strictObject({}),
    output: z.object({ items: z.array(Session) }),
  }),
  endSession: endpoint({
    method: 'post',
    path: '/api/v1/me/sessions/:session/end',
    access: 'signed-in',
    summary: 'Sign out one of my sessions',
    input: z.strictObject({ session: Session.shape.id }),
    output: z.object({ ended: z.int() }),
  }),
  organisation: endpoint({
    method: 'get',
    path: '/api/v1/organisation',
    access: 'organisation.read',
    summary: 'The organisation I work in, and what it asks of its people',
    input: z.strictObject({}),
    output: OrganisationSettings,
  }),
  editOrganisation: endpoint({
    method: 'patch',
    path: '/api/v1/organisation',
    access: 'organisation.manage',
    summary: 'Rename the organisation, or change what it asks; sessions that show too little end',
    input: z.strictObject({ version: Version, name: Name.optional(), policies: Policies.optional() }),
    output: OrganisationSettings,
  }),
  members: endpoint({
    method: 'get',
    path: '/api/v1/members',
    access: 'organisation.read',
    summary: 'The people of the organisation',
    input: z.strictObject({
      /** Part of a name or an e-mail address. */
      q: z.string().trim().max(120).optional(),
      ...pageQuery,
    }),
    output: pageOf(Member),
  }),
  memberSessions: endpoint({
    method: 'get',
    path: '/api/v1/sessions',
    access: 'member.sign-out',
    summary: 'The sessions that work in this organisation, newest use first; of one person where one is named',
    input: z.strictObject({ person: Id.optional(), ...pageQuery }),
    output: pageOf(MemberSession),
  }),
  endMemberSession: endpoint({
    method: 'post',
    path: '/api/v1/sessions/:session/end',
    access: 'member.sign-out',
    summary: 'Sign a person out of one session that works in this organisation',
    input: z.strictObject({ session: Session.shape.id }),
    output: z.object({ ended: z.int() }),
  }),
  endMemberSessions: endpoint({
    method: 'post',
    path: '/api/v1/members/:id/end-sessions',
    access: 'member.sign-out',
    summary: 'Sign a person out of every session that works in this organisation',
    input: ById,
    output: z.object({ ended: z.int() }),
  }),
  setRole: endpoint({
    method: 'post',
    path: '/api/v1/members/:id/role',
    access: 'member.manage',
    summary: 'Give a person another role; it reaches everything they have open at once',
    input: z.strictObject({
      id: Id,
      /** The role they have as far as you know. */
      was: Role,
      role: Role,
    }),
    output: Member,
  }),
  disableMember: endpoint({
    method: 'post',
    path: '/api/v1/members/:id/disable',
    access: 'member.manage',
    summary: 'Keep a person out of this organisation, with everything they have open and the keys they made',
    input: ById,
    output: Member,
  }),
  enableMember: endpoint({
    method: 'post',
    path: '/api/v1/members/:id/enable',
    access: 'member.manage',
    summary: 'Let a person in again',
    input: ById,
    output: Member,
  }),
  tokens: endpoint({
    method: 'get',
    path: '/api/v1/me/tokens',
    access: 'signed-in',
    summary: 'My personal tokens for this organisation',
    input: z.strictObject({ ...pageQuery }),
    output: pageOf(ApiKey),
  }),
  createToken: endpoint({
    method: 'post',
    path: '/api/v1/me/tokens',
    access: 'signed-in',
    summary:
      'Make a personal token; its secret is in this answer only, and it may never do more than I may at that moment',
    input: z.strictObject({
      name: Name,
      scopes: z.array(z.enum(tokenScopes)).min(1, 'Choose what it may do.').max(2),
      expiresInDays: z.int().min(1).max(365).default(90),
    }),
    output: ApiKey.extend({ secret: z.string() }),
    status: 201,
  }),
  revokeToken: endpoint({
    method: 'post',
    path: '/api/v1/me/tokens/:token/revoke',
    access: 'signed-in',
    summary: 'Revoke a personal token of mine at once',
    input: z.strictObject({ token: Id }),
    output: ApiKey,
  }),
  apiKeys: endpoint({
    method: 'get',
    path: '/api/v1/api-keys',
    access: 'api-key.manage',
    summary: 'The API keys of the organisation',
    input: z.strictObject({ ...pageQuery }),
    output: pageOf(ApiKey),
  }),
  createApiKey: endpoint({
    method: 'post',
    path: '/api/v1/api-keys',
    access: 'api-key.manage',
    summary: 'Make an API key; its secret is in this answer only',
    input: z.strictObject({ name: Name, expiresInDays: z.int().min(1).max(365).default(90) }),
    output: ApiKey.extend({ secret: z.string() }),
    status: 201,
  }),
  revokeApiKey: endpoint({
    method: 'post',
    path: '/api/v1/api-keys/:id/revoke',
    access: 'api-key.manage',
    summary: 'Revoke an API key at once',
    input: ById,
    output: ApiKey,
  }),
};
