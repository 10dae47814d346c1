import { FileName } from '@cobench/shared/files/file';
import type { UploadTarget } from './upload-item.svelte.ts';

/** A file that somebody chose or dropped, with the folder it came in. */
export type FoundFile = {
  file: File;
  /** Names with slashes between; empty where it came by itself. */
  folder: string;
  /** A way to its bytes that outlives the page, where the browser gives one. */
  handle?: FileSystemFileHandle;
};

/** A file as a picker of folders gives it knows its path. */
export const foundIn = (file: File): FoundFile => ({
  file,
  folder: (file.webkitRelativePath ?? '').split('/').slice(0, -1).map(nameOf).join('/'),
});

/** A name as every file system likes it; what it cannot have becomes a line. */
export function nameOf(name: string): string {
  const clean = name
    .replace(/[/\\\p{Cc}\p{Cf}]/gu, '_')
    .trim()
    .slice(-255);
  return FileName.safeParse(clean).success ? clean : '_';
}

/** A folder below another one. */
export const below = ({ folder = '' }: UploadTarget, inside: string): string =>
  [folder, inside].filter((part) => part !== '').join('/');
