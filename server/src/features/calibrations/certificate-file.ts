import { createHash } from 'node:crypto';
import {
  largestCertificate,
  type CalibrationRecord,
  type CertificateType,
} from '@cobench/shared/calibrations/calibration';
import type { Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault, invalidField } from '../../platform/fault.ts';
import type { FileAnswer } from '../../platform/http/bind.ts';
import type { ReadBody } from '../../platform/http/body.ts';
import type { Sealing } from '../../platform/sealing.ts';
import type { Trail } from '../audit/index.ts';
import type { CalibrationRepo, CertificateFiles } from './calibration.repo.ts';

export type FileDeps = { repo: CalibrationRepo; files: CertificateFiles; sealing: Sealing; trail: Trail; clock: Clock };
type Upload = { name: string; read: ReadBody };

/** The files of certificates: small, sealed for one organisation and one certificate, and what their bytes say they are. */
export function certificateFiles({ repo, files, sealing, trail, clock }: FileDeps) {
  const label = (orgId: string, { id }: CalibrationRecord) =>
    ({ purpose: 'certificate', about: `${orgId}:${id}` }) as const;

  return {
    /** @throws Fault `input.invalid` for another kind of file, `input.too-large`, `state.conflict` where it has one. */
    async attach(actor: Actor, before: CalibrationRecord, { name, read }: Upload): Promise<CalibrationRecord> {
      const { orgId } = actor;
      if (before.file) throw hasOne(before);
      const bytes = await read(largestCertificate);
      const type = typeOf(bytes);
      if (type === null) throw invalidField('file', 'It is no PDF, PNG or JPEG.');
      const file = {
        name: safeName(name, type),
        type,
        size: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        attachedAt: clock().toISOString(),
        attachedByName: actor.name,
      };
      const sealed = sealing.sealBytes(bytes, label(orgId, before));
      const told = (record: CalibrationRecord) => ({ ...record, name: record.number });
      const attached = await trail.record(actor, 'calibration.attach', {
        before: told(before),
        told,
        change: async () => {
          const record = await repo.attach(orgId, before.id, file);
          if (record) await files.insert(orgId, before.id, sealed);
          return record;
        },
      });
      if (!attached) throw hasOne(before);
      return attached;
    },

    /** @throws Fault `resource.missing` where there is none; an error where it is not what was sealed. */
    async read(orgId: string, calibration: CalibrationRecord): Promise<FileAnswer> {
      const sealed = calibration.file && (await files.find(orgId, calibration.id));
      if (!calibration.file || !sealed)
        throw new Fault('resource.missing', { detail: 'This certificate has no file.' });
      const bytes = sealing.openBytes(sealed, label(orgId, calibration));
      if (!bytes) throw new Fault('service.unavailable', { detail: 'It was sealed under another master key.' });
      return { name: calibration.file.name, type: calibration.file.type, text: inPieces(bytes) };
    },
  };
}

const hasOne = ({ number }: CalibrationRecord): Fault =>
  new Fault('state.conflict', { detail: `Certificate ${number} has its file. Revoke it and record it anew.` });

const signatures: readonly [CertificateType, Buffer][] = [
  ['application/pdf', Buffer.from('%PDF-')],
  ['image/png', Buffer.from('89504e470d0a1a0a', 'hex')],
  ['image/jpeg', Buffer.from('ffd8ff', 'hex')],
];

/** What a file is by its first bytes, whatever it is called; null for all that is not kept. */
const typeOf = (bytes: Buffer): CertificateType | null =>
  signatures.find(([, start]) => bytes.subarray(0, start.length).equals(start))?.[0] ?? null;

const endings = { 'application/pdf': 'pdf', 'image/png': 'png', 'image/jpeg': 'jpg' } as const;

/** The last part of a path, without what no file system likes, and with the ending of what it is. */
function safeName(name: string, type: CertificateType): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  const stem = last.replace(/[\p{Cc}\p{Cf}<>:"|?*]/gu, '').replace(/\.(pdf|png|jpe?g)$/i, '');
  return `${stem.replace(/^[.\s]+|[.\s]+$/g, '') || 'certificate'}.${endings[type]}`;
}

async function* inPieces(bytes: Buffer): AsyncGenerator<Buffer, void, undefined> {
  const size = 64 * 1024;
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}
