import type { Problem } from '@cobench/shared/errors';
import { problemIn } from '#lib/api/problem.ts';

/** The upload was refused: trying the same again does not help. */
export class UploadRefused extends Error {}

/** The upload stopped on its way, and goes on where it was. */
export class UploadInterrupted extends Error {}

/** The server knows nothing of the upload that was begun. */
export class UploadUnknown extends Error {}

/** What an answer without success means for an upload; status 0 where there was none. */
export function troubleIn(status: number, body: string): UploadRefused | UploadInterrupted | UploadUnknown {
  if (status === 0) return new UploadInterrupted('Waiting for the connection.');
  if (status === 401) return new UploadInterrupted('Waiting until you are signed in again.');
  if (status === 404 || status === 410) return new UploadUnknown('The server does not know of it.');
  // Another request still holds it, or it stands elsewhere than was thought: asking again finds out.
  if (status === 423 || status === 409) return new UploadInterrupted('The server is still busy with it.');
  if (status === 429 || status >= 500) return new UploadInterrupted('The server is busy. It goes on in a moment.');
  return new UploadRefused(wordsOf(problemIn(body, status)));
}

/** Why something was refused: of the first field where one was named. */
export const wordsOf = ({ errors, detail, title }: Problem): string => errors?.[0]?.detail ?? detail ?? title;
