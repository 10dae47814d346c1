import { createHash } from 'node:crypto';
import type { Log } from '../../platform/log.ts';
import type { CalibrationRepo, CertificateFiles } from './calibration.repo.ts';
import type { CertificateObjects } from './certificate-objects.ts';

type Deps = {
  repo: Pick<CalibrationRepo, 'find'>;
  files: Pick<CertificateFiles, 'find' | 'unmoved' | 'move'>;
  certificates: CertificateObjects;
  log: Pick<Log, 'warn' | 'info'>;
};
type Which = { orgId: string; calibrationId: string };

const atOnce = 100;

/**
 * Moves the bytes of certificates that still lie in the database into the store, one by one. It may be cut short at any
 * point and done again, and by several processes at a time: a row names its bytes, or where they lie, and never neither.
 */
export function movingCertificates({ repo, files, certificates, log }: Deps): () => Promise<void> {
  let isDone = false;

  /** False where somebody else has moved it. @throws where it cannot be opened, or the store fails */
  async function moved({ orgId, calibrationId }: Which): Promise<boolean> {
    const [calibration, kept] = await Promise.all([repo.find(orgId, calibrationId), files.find(orgId, calibrationId)]);
    if (!kept || 'stored' in kept) return false;
    if (!calibration?.file) throw new Error('It belongs to no certificate.');
    const { sha256 } = calibration.file;
    const bytes = await certificates.read({ orgId, calibrationId }, kept);
    if (createHash('sha256').update(bytes).digest('hex') !== sha256) throw new Error('Its SHA-256 is another.');
    const stored = await certificates.put({ orgId, fileId: calibrationId, ownerId: calibration.createdBy }, bytes);
    if (await files.move(orgId, { ...stored, sha256 })) return true;
    await certificates.remove(stored);
    return false;
  }

  return async () => {
    if (isDone) return;
    let [count, failed, last] = [0, 0, ''];
    for (;;) {
      const rows = await files.unmoved(last, atOnce);
      for (const row of rows) {
        try {
          if (await moved(row)) count++;
        } catch (err) {
          failed++;
          log.warn({ err, calibrationId: row.calibrationId }, 'a certificate could not be moved into the file store');
        }
      }
      last = rows.at(-1)?.calibrationId ?? '';
      if (rows.length < atOnce) break;
    }
    if (count > 0) log.info({ count }, 'certificates were moved from the database into the file store');
    isDone = failed === 0;
  };
}
