import { fileEndpoints } from '@cobench/shared/files/endpoints';
import type { FileVersion } from '@cobench/shared/files/file';
import { call } from '#lib/api/call.ts';
import { isMissing, isUnreachable, problemOf } from '#lib/api/problem.ts';

/** Why a picture is not shown, for a person, and whether trying again may help. */
export type NotShown = { words: string; again: boolean };

/** Asks what became of a version of a file whose picture did not come. */
export async function whyNotShown({ fileId, version }: { fileId: string; version: number }): Promise<NotShown> {
  try {
    const { deletedAt, latest } = await call(fileEndpoints.get, { id: fileId });
    if (deletedAt !== null) return { words: 'This image is in the trash.', again: true };
    return judged(latest.number === version ? latest : await older(fileId, version));
  } catch (error) {
    const problem = problemOf(error);
    if (isMissing(problem)) return { words: 'This image was deleted, or you may not see it.', again: false };
    if (problem.status === 403) return { words: 'You may not see this image.', again: false };
    if (isUnreachable(problem)) return { words: 'The server cannot be reached. The image comes with it.', again: true };
    return { words: problem.title, again: true };
  }
}

async function older(id: string, version: number): Promise<FileVersion | undefined> {
  const { items } = await call(fileEndpoints.versions, { id, limit: 100 });
  return items.find(({ number }) => number === version);
}

function judged(version: FileVersion | undefined): NotShown {
  if (version === undefined) return { words: 'This version of the image is not there any more.', again: false };
  if (version.scan === 'infected')
    return { words: 'Malware was found in this file: it stays locked away.', again: false };
  if (version.scan === 'waiting')
    return { words: 'This image is in quarantine until it has been looked through.', again: true };
  if (version.kind !== 'image') return { words: 'There is no picture in this file.', again: false };
  return { words: 'This image could not be drawn.', again: true };
}
