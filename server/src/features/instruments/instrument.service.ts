import type { Instrument, InstrumentEdit, NewInstrument } from '@cobench/shared/instruments/instrument';
import type { Page } from '@cobench/shared/page';
import type { DomainEvents } from '../../domain-events.ts';
import { authorize, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault, invalidField } from '../../platform/fault.ts';
import { newId } from '../../platform/new-id.ts';
import type { Trail } from '../audit/index.ts';
import type { InstrumentQuery, InstrumentRepo } from './instrument.repo.ts';

type ById = { id: string };
/** What the members of an organisation among these people are called. */
type Members = { namesOf(orgId: string, personIds: readonly string[]): Promise<ReadonlyMap<string, string>> };
type Deps = { repo: InstrumentRepo; members: Members; trail: Trail; events: DomainEvents; clock: Clock };
export type InstrumentService = ReturnType<typeof instrumentService>;

/** The registry of the tools of an organisation. */
export function instrumentService({ repo, members, trail, events, clock }: Deps) {
  const find = (id: string) => (orgId: string) => repo.find(orgId, id);
  const findAny = (id: string) => (orgId: string) => repo.findAny(orgId, id);

  async function changed(orgId: string, instrument: Instrument): Promise<Instrument> {
    await events.publish({ type: 'instrument.changed', orgId, instrument });
    return instrument;
  }

  /** The owner and what they are called now. @throws Fault `input.invalid` where they are no member. */
  async function ownerOf(orgId: string, ownerId: string | null) {
    if (ownerId === null) return { ownerId, ownerName: null };
    const ownerName = (await members.namesOf(orgId, [ownerId])).get(ownerId);
    if (ownerName === undefined) throw invalidField('ownerId', 'They are not a member here.');
    return { ownerId, ownerName };
  }

  return {
    async list(actor: Actor, query: InstrumentQuery): Promise<Page<Instrument>> {
      await authorize(actor, 'instrument.read');
      return repo.list(actor.orgId, query);
    },

    /** An instrument in use, where the actor may read it. @throws Fault `resource.missing` */
    get: (actor: Actor, { id }: ById): Promise<Instrument> => authorize(actor, 'instrument.read', find(id)),

    /** Also an archived one, for its past stays. @throws Fault `resource.missing` */
    getAny: (actor: Actor, { id }: ById): Promise<Instrument> => authorize(actor, 'instrument.read', findAny(id)),

    /** What it is called, for whoever was judged already; null where it is not in use. */
    named: async (orgId: string, id: string): Promise<string | null> => (await repo.find(orgId, id))?.name ?? null,

    /** @throws Fault `name.taken` */
    async create(actor: Actor, input: NewInstrument): Promise<Instrument> {
      await authorize(actor, 'instrument.create');
      const now = clock().toISOString();
      const instrument: Instrument = {
        ...input,
        ...(await ownerOf(actor.orgId, input.ownerId)),
        id: newId(),
        state: 'up',
        stateReason: '',
        stateSince: now,
        archivedAt: null,
        version: 0,
        createdAt: now,
        updatedAt: now,
      };
      const insert = () => repo.insert(actor.orgId, instrument);
      return changed(actor.orgId, await trail.record(actor, 'instrument.create', { change: insert }));
    },

    /** @throws Fault `edit.conflict`, `name.taken` */
    async edit(actor: Actor, { id, ...change }: InstrumentEdit): Promise<Instrument> {
      const { orgId } = actor;
      const before = await authorize(actor, 'instrument.edit', find(id));
      const owner = change.ownerId === undefined ? {} : await ownerOf(orgId, change.ownerId);
      const edit = () => repo.edit(orgId, id, { ...change, ...owner, at: clock() });
      const edited = await trail.record(actor, 'instrument.edit', { before, change: edit });
      if (!edited) throw new Fault('edit.conflict');
      return changed(orgId, edited);
    },

    async archive(actor: Actor, { id }: ById): Promise<Instrument> {
      const before = await authorize(actor, 'instrument.archive', find(id));
      const archive = () => repo.archive(actor.orgId, id, clock());
      const archived = await trail.record(actor, 'instrument.archive', { before, change: archive });
      if (!archived) throw new Fault('resource.missing');
      return changed(actor.orgId, archived);
    },

    /** @throws Fault `name.taken` where another instrument has its name by now. */
    async restore(actor: Actor, { id }: ById): Promise<Instrument> {
      const before = await authorize(actor, 'instrument.archive', findAny(id));
      if (before.archivedAt === null) throw new Fault('state.conflict', { detail: 'It is not archived.' });
      const restore = () => repo.restore(actor.orgId, id);
      const restored = await trail.record(actor, 'instrument.restore', { before, change: restore });
      if (!restored) throw new Fault('state.conflict', { detail: 'It is not archived any more.' });
      return changed(actor.orgId, restored);
    },
  };
}
