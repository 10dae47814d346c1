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
import { SealBroken } from '../../platform/sealed-files/seal-broken.ts';
import { ObjectMissing, StoreUnavailable } from '../../platform/storage/object-store.ts';
import { KeyMissing } from '../../platform/keys/key-ring.ts';
import type { CertificateObjects } from './certificate-objects.ts';
import type { Trail } from '../audit/index.ts';
import type { CalibrationRepo, CertificateFiles } from './calibration.repo.ts';

export type FileDeps = {
  repo: CalibrationRepo;
  files: CertificateFiles;
  /** Where their bytes lie. */
  certificates: CertificateObjects;
  trail: Trail;
  clock: Clock;
};
type Upload = { name: string; read: ReadBody };

/** The files of certificates: small, sealed for one organisation and one certificate, and what their bytes say they are. */
export function certificateFiles({ repo, files, certificates, trail, clock }: FileDeps) {
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
      const stored = await certificates.put({ orgId, fileId: before.id, ownerId: actor.personId }, bytes).catch(told);
      const attached = await trail
        .record(actor, 'calibration.attach', {
          before: named(before),
          told: named,
          change: async () => {
            const record = await repo.attach(orgId, before.id, file);
            if (record) await files.insert(orgId, { ...stored, sha256: file.sha256 });
            return record;
          },
        })
        .catch(async (error: unknown) => {
          // Where it cannot be told whether it was written, the sweep of the store finds out.
          if (error instanceof Fault) await certificates.remove(stored);
          throw error;
        });
      if (attached) return attached;
      await certificates.remove(stored);
      throw hasOne(before);
    },

    /** @throws Fault `resource.missing` where there is none; an error where it is not what was sealed. */
    async read(orgId: string, calibration: CalibrationRecord): Promise<FileAnswer> {
      const kept = calibration.file && (await files.find(orgId, calibration.id));
      if (!calibration.file || !kept) throw new Fault('resource.missing', { detail: 'This certificate has no file.' });
      // All of it is proven before the first byte leaves.
      const bytes = await certificates.read({ orgId, calibrationId: calibration.id }, kept).catch(told);
      return { name: calibration.file.name, type: calibration.file.type, text: inPieces(bytes) };
    },
  };
}

const named = (record: CalibrationRecord) => ({ ...record, name: record.number });

/** Why it cannot be kept, or read, now. @throws always */
function told(error: unknown): never {
  if (error instanceof StoreUnavailable) {
    const detail = 'The store of files does not answer. Try again in a moment.';
    throw new Fault('service.unavailable', { detail, retryAfterSeconds: 5, cause: error });
  }
  if (error instanceof KeyMissing) {
    throw new Fault('service.unavailable', { detail: 'It was sealed under another master key.', cause: error });
  }
  if (error instanceof SealBroken || error instanceof ObjectMissing) {
    throw new Fault('internal.fault', { detail: 'What is stored of this file is damaged.', cause: error });
  }
  throw error;
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
