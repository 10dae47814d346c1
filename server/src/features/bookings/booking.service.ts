import {
  longestRangeDays,
  ownRangeDays,
  type Booking,
  type BookingEdit,
  type NewBooking,
} from '@cobench/shared/bookings/booking';
import { movedAlong, type Span } from '@cobench/shared/bookings/recurrence';
import type { Instrument } from '@cobench/shared/instruments/instrument';
import type { LockOut } from '@cobench/shared/instruments/lock-out';
import type { Page } from '@cobench/shared/page';
import type { Project } from '@cobench/shared/projects/project';
import type { DomainEvents } from '../../domain-events.ts';
import { authorize, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault } from '../../platform/fault.ts';
import { newId } from '../../platform/new-id.ts';
import { referenced } from '../../platform/reference.ts';
import type { Trail } from '../audit/index.ts';
import type { BookingChange, BookingRecord, BookingRepo } from './booking.repo.ts';
import { around, bookable, concealing, inOrder, inTheWay, rangeOf, spanOf, taken, timesOf } from './booking.rules.ts';

type ById = { id: string };
type Which = { which: 'this' | 'following' };
type Query = {
  instrumentId?: string | undefined;
  by: 'anybody' | 'me';
  from?: string | undefined;
  to?: string | undefined;
  limit: number;
  cursor?: string | undefined;
};
type Deps = {
  repo: BookingRepo;
  projects: { get(actor: Actor, ref: ById): Promise<Project> };
  instruments: { get(actor: Actor, ref: ById): Promise<Instrument> };
  /** Why an instrument may not be booked now; asked within the change that books it. */
  lockOutOf: (orgId: string, instrumentId: string) => Promise<LockOut | null>;
  trail: Trail;
  events: DomainEvents;
  clock: Clock;
};
type Times = { instrumentId: string; spans: readonly Span[]; timeZone: string; except: ReadonlySet<string> };
type Bookings = { items: Booking[] };
export type BookingService = ReturnType<typeof bookingService>;

/**
 * Who has which instrument when. Whether a time is free is asked within the change that takes it: no other change of the
 * organisation comes in between (see the audit trail), whichever process makes it.
 */
export function bookingService({ repo, projects, instruments, lockOutOf, trail, events, clock }: Deps) {
  const find = (id: string) => (orgId: string) => repo.find(orgId, id);

  /** @throws Fault `instrument.locked-out`, or `booking.taken` where somebody has it then. */
  async function requireFree(actor: Actor, { instrumentId, spans, timeZone, except }: Times): Promise<void> {
    const { orgId } = actor;
    const lockOut = await lockOutOf(orgId, instrumentId);
    if (lockOut) throw new Fault('instrument.locked-out', { detail: lockOut.reason });
    const booked = await repo.within(orgId, instrumentId, around(spans));
    const others = booked.filter(({ id }) => !except.has(id));
    const [first, ...more] = inTheWay(spans, others);
    if (first) throw taken([first, ...more], { scope: actor, timeZone });
  }

  async function requireProject(actor: Actor, id: string | null | undefined): Promise<void> {
    if (id !== null && id !== undefined) await referenced('projectId', projects.get(actor, { id }));
  }

  /** One's own, or as an engineer anybody's; what is over stays as it was. */
  async function mayChange(
    actor: Actor,
    id: string,
    action: 'booking.edit' | 'booking.cancel',
  ): Promise<BookingRecord> {
    const booking = await authorize(actor, action, find(id));
    if (booking.bookedBy !== actor.personId) await authorize(actor, 'booking.manage', async () => booking);
    if (new Date(booking.to) <= clock()) throw new Fault('state.conflict', { detail: 'It is over.' });
    return booking;
  }

  /** This one, or with it those of its series that follow; none of a project that is hidden by now. */
  async function chosenBy(actor: Actor, id: string, which: 'this' | 'following'): Promise<BookingRecord[]> {
    const current = await repo.find(actor.orgId, id);
    if (!current) return [];
    const all = which === 'this' ? [current] : await repo.following(actor.orgId, current);
    return all.filter((booking) => !concealing(actor)(booking).concealed);
  }

  async function changed(actor: Actor, spans: readonly Span[], records: readonly BookingRecord[]): Promise<Bookings> {
    const { from, to } = around(spans);
    const range = { from: from.toISOString(), to: to.toISOString() };
    const instrumentId = records[0]?.instrumentId ?? '';
    await events.publish({ type: 'booking.changed', orgId: actor.orgId, instrumentId, ...range });
    return { items: records.map(concealing(actor)) };
  }

  return {
    async list(actor: Actor, { by, from, to, ...query }: Query): Promise<Page<Booking>> {
      await authorize(actor, 'booking.read');
      const bookedBy = by === 'me' ? actor.personId : undefined;
      const days = by === 'me' ? ownRangeDays : longestRangeDays;
      const range = rangeOf({ from, to }, { now: clock(), days });
      const page = await repo.list(actor.orgId, { ...query, bookedBy, ...range });
      return { ...page, items: page.items.map(concealing(actor)) };
    },

    async get(actor: Actor, { id }: ById): Promise<Booking> {
      return concealing(actor)(await authorize(actor, 'booking.read', find(id)));
    },

    /** Books all times or none. @throws Fault `input.invalid`, `instrument.locked-out`, `booking.taken` */
    async create(actor: Actor, input: NewBooking): Promise<Bookings> {
      const { instrumentId, title, projectId, timeZone } = input;
      await authorize(actor, 'booking.create');
      const now = clock();
      const spans = timesOf(input, now);
      const made = { version: 0, createdAt: now.toISOString(), updatedAt: now.toISOString() };
      const by = { bookedBy: actor.personId, bookedByName: actor.name };
      const seriesId = input.recurrence === null ? null : newId();
      const records = await trail.record(actor, 'booking.create', {
        async change() {
          const { name } = await referenced('instrumentId', instruments.get(actor, { id: instrumentId }));
          await requireProject(actor, projectId);
          await requireFree(actor, { instrumentId, spans, timeZone, except: new Set() });
          const what = { instrumentId, instrumentName: name, title, projectId, seriesId, timeZone, ...by, ...made };
          return repo.insert(
            actor.orgId,
            spans.map(({ from, to }) => ({ ...what, id: newId(), from: from.toISOString(), to: to.toISOString() })),
          );
        },
        told,
      });
      return changed(actor, spans, records);
    },

    /** @throws Fault `edit.conflict`, `input.invalid`, `state.conflict`, `instrument.locked-out`, `booking.taken` */
    async edit(actor: Actor, { id, version, which, ...change }: BookingEdit): Promise<Bookings> {
      const { orgId } = actor;
      const seen = await mayChange(actor, id, 'booking.edit');
      const [was, now] = [spanOf(seen), clock()];
      const is = spanOf({ from: change.from ?? seen.from, to: change.to ?? seen.to });
      const moves = is.from.getTime() !== was.from.getTime() || is.to.getTime() !== was.to.getTime();
      if (moves) bookable(is, now);

      /** Where one of them goes: the others of the series move along. */
      const timeOf = (booking: BookingRecord): Span => {
        if (booking.id === id) return is;
        return moves ? movedAlong(spanOf(booking), { was, is }, seen.timeZone) : spanOf(booking);
      };
      const become = (booking: BookingRecord): BookingChange => ({
        ...timeOf(booking),
        id: booking.id,
        title: change.title ?? booking.title,
        projectId: change.projectId === undefined ? booking.projectId : change.projectId,
      });

      const edited = await trail.record(actor, 'booking.edit', {
        before: told([seen]),
        async change() {
          const chosen = await chosenBy(actor, id, which);
          const current = chosen.find((one) => one.id === id);
          if (current?.version !== version) return null;
          await requireProject(actor, change.projectId);
          const changes = chosen.map(become);
          if (moves) {
            const { instrumentId, timeZone } = current;
            const except = new Set(chosen.map((one) => one.id));
            await requireFree(actor, { instrumentId, spans: inOrder(changes), timeZone, except });
          }
          await repo.change(orgId, changes, now);
          const records = chosen.map((booking, index) => changedRecord(booking, changes[index], now));
          return { records, spans: [...chosen.map(spanOf), ...changes] };
        },
        told: ({ records }) => told(records),
      });
      if (!edited) throw new Fault('edit.conflict');
      return changed(actor, edited.spans, edited.records);
    },

    async cancel(actor: Actor, { id, which }: ById & Which): Promise<Bookings> {
      await mayChange(actor, id, 'booking.cancel');
      const records = await trail.record(actor, 'booking.cancel', {
        async change() {
          const chosen = await chosenBy(actor, id, which);
          const ids = chosen.map((one) => one.id);
          if (!ids.includes(id)) return null;
          await repo.cancel(actor.orgId, ids, clock());
          return chosen;
        },
        told,
      });
      if (!records) throw new Fault('resource.missing');
      return changed(actor, records.map(spanOf), records);
    },
  };
}

function changedRecord(booking: BookingRecord, change: BookingChange | undefined, at: Date): BookingRecord {
  if (!change) return booking;
  const [from, to] = [change.from.toISOString(), change.to.toISOString()];
  return { ...booking, ...change, from, to, version: booking.version + 1, updatedAt: at.toISOString() };
}

/** What the audit trail tells of bookings that were made together: the first of them, and how many there are. */
function told([first, ...more]: readonly BookingRecord[]): object {
  return { ...first, name: first?.title ?? '', bookings: 1 + more.length };
}
