import {
  timeProblems,
  type Calibration,
  type CalibrationRecord,
  type NewCalibration,
} from '@cobench/shared/calibrations/calibration';
import { standingOf } from '@cobench/shared/calibrations/standing';
import { uncertaintyOf } from '@cobench/shared/calibrations/uncertainty';
import type { Instrument } from '@cobench/shared/instruments/instrument';
import type { Page } from '@cobench/shared/page';
import { authorize, type Actor } from '../../platform/access.ts';
import { Fault } from '../../platform/fault.ts';
import type { ReadBody } from '../../platform/http/body.ts';
import type { FileAnswer } from '../../platform/http/bind.ts';
import { newId } from '../../platform/new-id.ts';
import { calibrationWriter, type WriterDeps } from './calibration-writer.ts';
import { certificateFiles, type FileDeps } from './certificate-file.ts';
import type { CalibrationPage } from './calibration.repo.ts';

type ById = { id: string };
type Instruments = {
  /** One that is in use. */
  find(orgId: string, id: string): Promise<Instrument | null>;
  /** Also one in the archive: its certificates stay. */
  findAny(orgId: string, id: string): Promise<Instrument | null>;
};
export type CalibrationDeps = WriterDeps & FileDeps & { instruments: Instruments };

/** The certificates of instruments: records that are added to, and never rewritten. */
export function calibrationRecords({ instruments, ...deps }: CalibrationDeps) {
  const { repo, clock } = deps;
  const writer = calibrationWriter(deps);
  const files = certificateFiles(deps);
  const find = (id: string) => (orgId: string) => repo.find(orgId, id);
  const instrument = (id: string) => (orgId: string) => instruments.find(orgId, id);
  const instrumentEver = (id: string) => (orgId: string) => instruments.findAny(orgId, id);
  const shown = (record: CalibrationRecord): Calibration => shownAt(record, clock());

  /** The instrument of a certificate, also where it is gone: its certificates are still records. */
  const instrumentOf = async (orgId: string, { instrumentId: id, performedAt }: CalibrationRecord) =>
    (await instruments.findAny(orgId, id)) ?? { id, name: 'an instrument that is gone', createdAt: performedAt };

  return {
    async list(actor: Actor, { id, ...page }: ById & CalibrationPage): Promise<Page<Calibration>> {
      await authorize(actor, 'calibration.read', instrumentEver(id));
      const found = await repo.page(actor.orgId, id, page);
      return { ...found, items: found.items.map(shown) };
    },

    get: async (actor: Actor, { id }: ById): Promise<Calibration> =>
      shown(await authorize(actor, 'calibration.read', find(id))),

    /**
     * Records a certificate as it is. @throws Fault `input.invalid` where its times do not follow one another,
     * `name.taken` where another certificate of the instrument that is not revoked has this number.
     */
    async create(actor: Actor, { id: instrumentId, ...given }: NewCalibration & ById): Promise<Calibration> {
      const of = await authorize(actor, 'calibration.create', instrument(instrumentId));
      const now = clock();
      const problems = timeProblems(given, now);
      if (problems.length > 0) {
        const errors = problems.map(({ field, detail }) => ({ pointer: `/${field}`, detail }));
        throw new Fault('input.invalid', { errors });
      }
      const record: CalibrationRecord = {
        ...given,
        id: newId(),
        instrumentId,
        file: null,
        ended: null,
        revoked: null,
        version: 0,
        createdAt: now.toISOString(),
        createdBy: actor.personId,
        createdByName: actor.name,
      };
      const made = await writer.write(actor, of, {
        as: 'calibration.create',
        change: async (before) => {
          if (before.some(({ number, revoked }) => number === given.number && !revoked)) throw numberTaken();
          return repo.insert(actor.orgId, record);
        },
      });
      return shown(made ?? record);
    },

    /** Keeps the file of a certificate that has none. @throws Fault `state.conflict` where it has one. */
    async attach(actor: Actor, { id, name }: ById & { name: string }, read: ReadBody): Promise<Calibration> {
      const before = await authorize(actor, 'calibration.create', find(id));
      const attached = await files.attach(actor, before, { name, read });
      await writer.tell(actor.orgId, before.instrumentId);
      return shown(attached);
    },

    async file(actor: Actor, { id }: ById): Promise<FileAnswer> {
      return files.read(actor.orgId, await authorize(actor, 'calibration.read', find(id)));
    },

    /** @throws Fault `state.conflict` where it was revoked before. */
    async revoke(
      actor: Actor,
      { id, reason, doubtfulSince }: ById & { reason: string; doubtfulSince?: string | undefined },
    ): Promise<Calibration> {
      const before = await authorize(actor, 'calibration.revoke', find(id));
      const now = clock();
      const since = doubtfulSince ?? before.performedAt;
      if (Date.parse(since) > now.getTime()) {
        const errors = [{ pointer: '/doubtfulSince', detail: 'That is not yet.' }];
        throw new Fault('input.invalid', { errors });
      }
      const act = { at: now.toISOString(), by: actor.personId, byName: actor.name, reason, doubtfulSince: since };
      const revoked = await writer.write(actor, await instrumentOf(actor.orgId, before), {
        as: 'calibration.revoke',
        reason,
        before,
        change: () => repo.revoke(actor.orgId, id, act),
      });
      if (!revoked) throw new Fault('state.conflict', { detail: `Certificate ${before.number} was revoked before.` });
      return shown(revoked);
    },

    /** @throws Fault `state.conflict` where there is nothing left to end. */
    async expire(actor: Actor, { id, reason }: ById & { reason: string }): Promise<Calibration> {
      const before = await authorize(actor, 'calibration.expire', find(id));
      const now = clock();
      const standing = standingOf(before, now);
      const act = { at: now.toISOString(), by: actor.personId, byName: actor.name, reason };
      const ended =
        standing === 'valid' || standing === 'pending'
          ? await writer.write(actor, await instrumentOf(actor.orgId, before), {
              as: 'calibration.expire',
              reason,
              before,
              change: () => repo.end(actor.orgId, id, act),
            })
          : null;
      if (ended) return shown(ended);
      const { standing: is } = shown((await repo.find(actor.orgId, id)) ?? before);
      throw new Fault('state.conflict', { detail: `Certificate ${before.number} is ${is}: there is nothing to end.` });
    },
  };
}

/** A certificate with what it is worth at a moment. */
export const shownAt = (record: CalibrationRecord, now: Date): Calibration => ({
  ...record,
  standing: standingOf(record, now),
  uncertainty: uncertaintyOf(record.budget),
});

const numberTaken = (): Fault =>
  new Fault('name.taken', {
    errors: [{ pointer: '/number', detail: 'Another certificate of this instrument has this number.' }],
  });
