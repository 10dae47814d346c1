import type { Instrument } from '@cobench/shared/instruments/instrument';
import type { Page } from '@cobench/shared/page';
import { authorize, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { newId } from '../../platform/new-id.ts';
import type { Trail } from '../audit/index.ts';
import type { InstrumentQuery, InstrumentRepo } from './instrument.repo.ts';

type Deps = { repo: InstrumentRepo; trail: Trail; clock: Clock };
type NewInstrument = Omit<Instrument, 'id' | 'createdAt' | 'updatedAt'>;
export type InstrumentService = ReturnType<typeof instrumentService>;

export function instrumentService({ repo, trail, clock }: Deps) {
  return {
    async list(actor: Actor, query: InstrumentQuery): Promise<Page<Instrument>> {
      await authorize(actor, 'instrument.read');
      return repo.list(actor.orgId, query);
    },

    /** The instrument, where the actor may read it. @throws Fault `resource.missing` */
    get: (actor: Actor, { id }: { id: string }): Promise<Instrument> =>
      authorize(actor, 'instrument.read', (orgId) => repo.find(orgId, id)),

    /** @throws Fault `name.taken` */
    async create(actor: Actor, input: NewInstrument): Promise<Instrument> {
      await authorize(actor, 'instrument.create');
      const now = clock().toISOString();
      const instrument = { ...input, id: newId(), createdAt: now, updatedAt: now };
      const insert = () => repo.insert(actor.orgId, instrument);
      return trail.record(actor, 'instrument.create', { change: insert });
    },
  };
}
