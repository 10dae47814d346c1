import { randomBytes, timingSafeEqual } from 'node:crypto';
import { CalendarLink } from '@cobench/shared/bookings/calendar-link';
import type { Role } from '@cobench/shared/access/roles';
import { roleAllows } from '@cobench/shared/access/permissions';
import type { Instrument } from '@cobench/shared/instruments/instrument';
import { sessionOf, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault } from '../../platform/fault.ts';
import { newId } from '../../platform/new-id.ts';
import { hashOfSecret } from '../../platform/secret.ts';
import type { Trail } from '../audit/index.ts';
import type { BookingRepo } from './booking.repo.ts';
import { concealing } from './booking.rules.ts';
import type { CalendarLinkRecord, CalendarLinkRepo } from './calendar-link.repo.ts';
import { calendarFile } from './calendar-file.ts';

type ById = { id: string };
type Seat = { role: Role; hidden: ReadonlySet<string> };
type Deps = {
  repo: CalendarLinkRepo;
  bookings: BookingRepo;
  instruments: {
    getAny(actor: Actor, ref: ById): Promise<Instrument>;
    named(orgId: string, id: string): Promise<string | null>;
  };
  /** What somebody may do and see in an organisation now; null where they may not work there (any more). */
  seatOf: (orgId: string, personId: string) => Promise<Seat | null>;
  trail: Trail;
  clock: Clock;
  publicUrl: string;
};
export type CalendarLinkService = ReturnType<typeof calendarLinkService>;

const dayMs = 86_400_000;
/** How far a calendar reaches back and ahead of now (days); ahead as long as a series. */
const [back, ahead] = [90, 731];
const readEveryMs = 60_000;

/** Secret addresses at which calendar programs read bookings: they sign in to nothing, so rights are asked at each reading. */
export function calendarLinkService({ repo, bookings, instruments, seatOf, trail, clock, publicUrl }: Deps) {
  /** In person, and about an instrument that they may see. */
  async function linkOf(actor: Actor, id: string) {
    sessionOf(actor);
    const { name } = await instruments.getAny(actor, { id });
    return { of: { orgId: actor.orgId, personId: actor.personId, instrumentId: id }, name };
  }
  const toldOf = (name: string) => (link: CalendarLinkRecord) => ({ ...CalendarLink.parse(link), name });

  return {
    async get(actor: Actor, { id }: ById): Promise<{ link: CalendarLink | null }> {
      const { of } = await linkOf(actor, id);
      return { link: await repo.find(of) };
    },

    /** A new address; the one there was opens nothing any more. */
    async make(actor: Actor, { id }: ById): Promise<CalendarLink & { address: string }> {
      const { of, name } = await linkOf(actor, id);
      const secret = randomBytes(32).toString('base64url');
      const made = {
        ...of,
        id: newId(),
        hash: hashOfSecret(secret),
        createdAt: clock().toISOString(),
        lastReadAt: null,
      };
      const link = await trail.record(actor, 'calendar-link.make', {
        change: () => repo.put(made),
        told: toldOf(name),
      });
      return { ...link, address: new URL(`/calendar/${link.id}.ics?key=${secret}`, publicUrl).href };
    },

    async revoke(actor: Actor, { id }: ById): Promise<{ link: null }> {
      const { of, name } = await linkOf(actor, id);
      const before = await repo.find(of);
      if (!before) return { link: null };
      const told = toldOf(name);
      const change = () => repo.remove(of);
      await trail.record(actor, 'calendar-link.revoke', { before: told(before), change, told: () => null });
      return { link: null };
    },

    /** The calendar behind an address. @throws Fault `resource.missing` where it opens nothing (any more). */
    async read({ id, key }: ById & { key: string }): Promise<string> {
      const link = await repo.findById(id);
      if (!link || !isSecretOf(link, key)) throw new Fault('resource.missing');
      const { orgId, personId, instrumentId } = link;
      const seat = await seatOf(orgId, personId);
      const name = await instruments.named(orgId, instrumentId);
      if (!seat || !roleAllows(seat.role, 'booking.read') || name === null) throw new Fault('resource.missing');
      const now = clock();
      const [from, to] = [new Date(now.getTime() - back * dayMs), new Date(now.getTime() + ahead * dayMs)];
      const booked = await bookings.within(orgId, instrumentId, { from, to });
      if (now.getTime() - Date.parse(link.lastReadAt ?? link.createdAt) > readEveryMs || link.lastReadAt === null) {
        await repo.read(link, now);
      }
      const page = new URL(`/instruments/${instrumentId}`, publicUrl).href;
      return calendarFile({ name, page, bookings: booked.map(concealing({ orgId, hidden: seat.hidden })) });
    },
  };
}

const isSecretOf = ({ hash }: CalendarLinkRecord, key: string): boolean =>
  timingSafeEqual(Buffer.from(hash), Buffer.from(hashOfSecret(key)));
