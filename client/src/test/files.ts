import type { DataFile, FileVersion } from '@cobench/shared/files/file';
import { anId } from './records.ts';

const at = '2026-11-21T10:00:00.000Z';

export const aFileVersion = (over: Partial<FileVersion> = {}): FileVersion => ({
  number: 1,
  size: 1234,
  sha256: 'ab'.repeat(32),
  mediaType: 'text/csv',
  kind: 'table',
  scan: 'clean',
  uploadedBy: { id: anId(9), name: 'Ada Byron' },
  uploadedAt: at,
  ...over,
});

export const aFile = (over: Partial<DataFile> = {}): DataFile => ({
  id: anId(1),
  projectId: anId(100),
  name: 'etch.csv',
  folder: 'wafer 12',
  tags: [],
  description: '',
  latest: aFileVersion(),
  versions: 1,
  attachments: [],
  revision: 1,
  createdAt: at,
  updatedAt: at,
  createdBy: anId(9),
  deletedAt: null,
  ...over,
});
