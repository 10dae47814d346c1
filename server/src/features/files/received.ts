import type { Attachment } from '@cobench/shared/files/file';
import type { StoredFile } from '../../platform/sealed-files/stored-file.ts';

/** What an upload is to become, settled before its first byte is sealed. */
export type Target = {
  fileId: string;
  version: number;
  projectId: string;
};

/** An upload whose bytes are all there, checked and durable, and which nobody sees yet. */
export type Received = {
  stored: StoredFile;
  projectId: string;
  folder: string;
  name: string;
  tags: readonly string[];
  attachTo: Attachment | null;
  /** Whether it is a version of a file that was there already. */
  isNewVersion: boolean;
  sha256: string;
  mediaType: string;
};
