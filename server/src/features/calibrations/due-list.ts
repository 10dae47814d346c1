import type { CalibrationDue } from '@cobench/shared/calibrations/endpoints';
import { instrumentStanding } from '@cobench/shared/calibrations/standing';
import type { Instrument } from '@cobench/shared/instruments/instrument';
import type { Page } from '@cobench/shared/page';
import type { DomainEvents } from '../../domain-events.ts';
import { authorize, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import type { CalibrationRepo } from './calibration.repo.ts';
import { saidOf } from './calibration-status.ts';
import { day } from './due.ts';
import type { DueRepo } from './due.repo.ts';

type Query = { within?: number | undefined; q?: string | undefined; limit: number; cursor?: string | undefined };
export type DueListDeps = {
  repo: CalibrationRepo;
  dues: DueRepo;
  instruments: {
    among(orgId: string, ids: readonly string[]): Promise<Instrument[]>;
    everyOne(): AsyncIterable<{ orgId: string; instrument: Instrument }>;
  };
  events: DomainEvents;
  clock: Clock;
};

/** How many instruments are compared at once. */
const batch = 500;

/**
 * What is due next. The order comes from one small row for each instrument, which follows its certificates and itself; what
 * is said of the instruments of a page comes from their certificates and the time.
 */
export function dueList({ repo, dues, instruments, events, clock }: DueListDeps) {
  const follow = (orgId: string, { id, name, version, calibrationRequired, archivedAt }: Instrument): Promise<void> =>
    dues.follow(orgId, { id, name, version, listed: calibrationRequired && archivedAt === null });

  events.on('instrument.changed', ({ orgId, instrument }) => follow(orgId, instrument));

  async function followNews(known: { orgId: string; instrument: Instrument }[]): Promise<void> {
    const versions = await dues.known(known.map(({ instrument }) => instrument.id));
    for (const { orgId, instrument } of known) {
      if ((versions.get(instrument.id) ?? -1) < instrument.version) await follow(orgId, instrument);
    }
  }

  return {
    /** Takes over what was registered before there was a list, or changed while a process fell. Once after a start. */
    async catchUp(): Promise<void> {
      let some: { orgId: string; instrument: Instrument }[] = [];
      for await (const one of instruments.everyOne()) {
        some.push(one);
        if (some.length < batch) continue;
        await followNews(some);
        some = [];
      }
      await followNews(some);
    },

    async due(actor: Actor, { within, q = '', ...request }: Query): Promise<Page<CalibrationDue>> {
      await authorize(actor, 'calibration.read');
      const { orgId } = actor;
      const now = clock();
      const latest = within === undefined ? null : new Date(now.getTime() + within * day);
      const { items: ids, nextCursor } = await dues.page(orgId, { latest, q, ...request });
      const [found, certificates] = await Promise.all([
        instruments.among(orgId, ids),
        repo.certificatesOfAll(orgId, ids),
      ]);
      const byId = new Map(found.map((instrument) => [instrument.id, instrument]));
      const own = Map.groupBy(certificates, ({ instrumentId }) => instrumentId);
      const items = ids.flatMap((id) => {
        const instrument = byId.get(id);
        return instrument ? [lineOf(instrument, { certificates: own.get(id) ?? [], now })] : [];
      });
      return { items, nextCursor };
    },
  };
}

function lineOf(instrument: Instrument, judgement: Parameters<typeof saidOf>[1]): CalibrationDue {
  const { location, ownerName } = instrument;
  const { deciding } = instrumentStanding(judgement.certificates, judgement.now);
  return { ...saidOf(instrument, judgement), location, ownerName, calibration: deciding };
}
