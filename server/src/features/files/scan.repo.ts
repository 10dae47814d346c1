import type { FileVersion } from '@cobench/shared/files/file';
import type { FileRecord, KeptVersion } from './file.repo.ts';

/** A file as it is once one of its versions was judged, and which version that was; null where nothing was to judge. */
export type Judged = { file: FileRecord; version: number } | null;

/** What looking through versions needs from storage, of every organisation. */
export type ScanRepo = {
  /** One that waits and that nobody else has; it is the caller's until that moment. */
  take(now: Date, until: Date): Promise<KeptVersion | null>;
  /** It is the caller's, or nobody's, up to another moment. */
  keep({ stored }: KeptVersion, until: Date): Promise<void>;
  /** Null where somebody judged it first, or it is gone. */
  judge({ stored }: KeptVersion, scan: Exclude<FileVersion['scan'], 'waiting'>): Promise<Judged>;
  waiting(): Promise<number>;
};
