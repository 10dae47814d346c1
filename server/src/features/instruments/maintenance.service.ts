import type { Instrument } from '@cobench/shared/instruments/instrument';
import type { MaintenanceRecord, NewMaintenance } from '@cobench/shared/instruments/maintenance';
import type { Page } from '@cobench/shared/page';
import type { DomainEvents } from '../../domain-events.ts';
import { authorize, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault, invalidField } from '../../platform/fault.ts';
import { newId } from '../../platform/new-id.ts';
import type { Trail } from '../audit/index.ts';
import type { InstrumentRepo, MaintenanceRepo, NewState } from './instrument.repo.ts';

type ById = { id: string };
type Deps = { repo: InstrumentRepo; records: MaintenanceRepo; trail: Trail; events: DomainEvents; clock: Clock };
export type MaintenanceService = ReturnType<typeof maintenanceService>;

/** Whether tools work and what is done about it: one timeline of work and states, which is only ever added to. */
export function maintenanceService({ repo, records, trail, events, clock }: Deps) {
  const find = (id: string) => (orgId: string) => repo.find(orgId, id);

  /** Within the change that gives it a line in the timeline. */
  async function putIn(orgId: string, id: string, to: NewState & { at: Date }): Promise<Instrument> {
    const instrument = await repo.setState(orgId, id, to);
    if (!instrument) throw new Fault('resource.missing');
    return instrument;
  }

  return {
    async list(
      actor: Actor,
      { id, ...page }: ById & { limit: number; cursor?: string | undefined },
    ): Promise<Page<MaintenanceRecord>> {
      await authorize(actor, 'instrument.read', (orgId) => repo.findAny(orgId, id));
      return records.list(actor.orgId, id, page);
    },

    /** Says what state a tool is in; saying the same again changes nothing. */
    async setState(actor: Actor, { id, state, reason: given }: ById & NewState): Promise<Instrument> {
      const { orgId } = actor;
      const before = await authorize(actor, 'instrument.report', find(id));
      const reason = state === 'up' ? '' : given;
      if (before.state === state && before.stateReason === reason) return before;
      const at = clock();
      const line = { kind: 'state', what: given, parts: '', from: at.toISOString(), to: null, state } as const;
      const instrument = await trail.record(actor, 'instrument.report', {
        before: () => repo.find(orgId, id),
        reason: given,
        async change() {
          const now = await putIn(orgId, id, { state, reason, at });
          await records.add(orgId, recordBy(actor, { ...line, instrumentId: id }, at));
          return now;
        },
      });
      await events.publish({ type: 'instrument.changed', orgId, instrument });
      return instrument;
    },

    /** Writes work down, and in the same moment the state it leaves the tool in. */
    async record(
      actor: Actor,
      { id, ...work }: NewMaintenance,
    ): Promise<{ record: MaintenanceRecord; instrument: Instrument }> {
      const { orgId } = actor;
      const before = await authorize(actor, 'instrument.report', find(id));
      const at = clock();
      if (new Date(work.from) > at) throw invalidField('from', 'What has not begun cannot be written down as done.');
      const made = recordBy(actor, { ...work, instrumentId: id }, at);
      const reason = work.state === 'up' ? '' : work.what.slice(0, 500);
      const recorded = await trail.record(actor, 'instrument.maintain', {
        async change() {
          const instrument = work.state === null ? before : await putIn(orgId, id, { state: work.state, reason, at });
          return { record: await records.add(orgId, made), instrument };
        },
        told: ({ record, instrument: { name } }) => ({ ...record, id, name }),
      });
      // Also where its state stayed: its timeline grew.
      await events.publish({ type: 'instrument.changed', orgId, instrument: recorded.instrument });
      return recorded;
    },
  };
}

const recordBy = (
  { personId: byId, name: byName }: Actor,
  line: Omit<MaintenanceRecord, 'id' | 'byId' | 'byName' | 'createdAt'>,
  at: Date,
): MaintenanceRecord => ({ ...line, id: newId(), byId, byName, createdAt: at.toISOString() });
