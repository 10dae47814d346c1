import { Role, roles } from '@cobench/shared/access/roles';
import { z } from 'zod';
import type { Profile } from '../identity/index.ts';
import type { Claims } from './id-token.ts';

type Claimed = Profile['memberships'][number];

const mostMemberships = 50;
const Slug = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/);

/** One entry of the claim `cobench`. */
const Entry = z.object({ organisation: Slug, name: z.string().trim().min(1).max(120).optional(), role: Role });
/** One group or role in the usual claims: `cobench:<organisation>:<role>`. */
const groupShape = /^cobench:([^:]+):([^:]+)$/;

/** Whether somebody's name, e-mail or memberships are still unknown. */
export const lacksProfile = (claims: Claims): boolean =>
  typeof claims['name'] !== 'string' ||
  typeof claims['email'] !== 'string' ||
  ['cobench', 'groups', 'roles'].every((claim) => claims[claim] === undefined);

/** Whose claims they are, and for which organisations they count: all where it is left out. */
type Speaker = { realm: string; organisations?: readonly string[] | undefined };

/** What we make of a provider's claims (docs/decisions/0002-claims.md). What we do not understand gives nothing. */
export function profileOf(claims: Claims, { realm, organisations }: Speaker): Profile {
  const email = words(claims['email'], 254);
  const name = words(claims['name'], 120) || words(claims['preferred_username'], 120) || email || 'Unnamed person';
  return { realm, subject: claims.sub, name, email, memberships: membershipsOf(claims, organisations) };
}

/** Whether they showed their provider more than one factor (RFC 8176: `mfa`). */
export const showedMore = (claims: Claims): boolean => asList(claims['amr']).includes('mfa');

/** When they last showed their provider who they are (Core, section 2), not later than now; undefined where it does not say. */
export function signedInThereAt(claims: Claims, now: Date): Date | undefined {
  const seconds = claims['auth_time'];
  return typeof seconds === 'number' ? new Date(Math.min(seconds * 1000, now.getTime())) : undefined;
}

function membershipsOf(claims: Claims, organisations: readonly string[] | undefined): Claimed[] {
  const listed =
    claims['cobench'] === undefined
      ? [claims['groups'], claims['roles']].flatMap(asList).map(fromGroup)
      : asList(claims['cobench']);
  const bySlug = new Map<string, Claimed>();
  for (const one of listed) {
    const entry = Entry.safeParse(one);
    if (!entry.success) continue;
    const { organisation: slug, name, role } = entry.data;
    if (organisations && !organisations.includes(slug)) continue;
    const before = bySlug.get(slug);
    if (before && roles.indexOf(before.role) >= roles.indexOf(role)) continue;
    bySlug.set(slug, { organisation: { slug, name }, role });
  }
  return [...bySlug.values()].slice(0, mostMemberships);
}

const asList = (claim: unknown): unknown[] => (Array.isArray(claim) ? claim : []);

function fromGroup(group: unknown): unknown {
  const [, organisation, role] = groupShape.exec(typeof group === 'string' ? group : '') ?? [];
  return { organisation, role };
}

/** A claim as one line of text; anything else is none. */
const words = (claim: unknown, most: number): string =>
  typeof claim === 'string'
    ? claim
        .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
        .trim()
        .slice(0, most)
    : '';
