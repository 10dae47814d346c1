import { fileEndpoints } from '@cobench/shared/files/endpoints';
import { uploadsPath } from '@cobench/shared/files/upload';
import { call } from '#lib/api/call.ts';
import { now } from '#lib/ui/clock.ts';
import type { UploadRecord } from './upload-records.ts';

/** What became of an upload: it is a file, it goes on at an address, or nothing of it is there. */
export type Whereabouts = { fileId: string } | { url: string } | null;
export type FindUpload = (record: UploadRecord, personId: string) => Promise<Whereabouts>;

/** Milliseconds by which clocks may differ. */
const doubt = 60_000;

/**
 * Finds out what became of an upload whose last answer was lost, so that it is not sent twice: the request may have done
 * its work. Rejects with `ApiError`.
 */
export const findUpload: FindUpload = async ({ name, size, target, sha256, begun }, personId) => {
  if (begun === null || sha256 === null) return null;
  const since = begun - doubt;
  const folder = target.folder ?? '';
  const query = { projectId: target.projectId, q: sha256, uploadedBy: personId, limit: 50 } as const;
  const [files, uploads] = await Promise.all([call(fileEndpoints.list, query), call(fileEndpoints.uploads, {})]);
  const file = files.items.find(
    (one) =>
      one.latest.sha256 === sha256 &&
      Date.parse(one.latest.uploadedAt) >= since &&
      (target.fileId === undefined ? one.name === name && one.folder === folder : one.id === target.fileId),
  );
  if (file) return { fileId: file.id };
  const upload = uploads.items.find(
    (one) =>
      one.sha256 === sha256 &&
      one.filename === name &&
      one.size === size &&
      one.projectId === target.projectId &&
      (target.fileId !== undefined || one.folder === folder) &&
      Date.parse(one.startedAt) >= since,
  );
  return upload ? { url: `${uploadsPath}/${upload.id}` } : null;
};

/** Milliseconds since 1970, as the server counts them. */
export const serverNow = now;
