import type { FileRecord } from './file.repo.ts';

/** What the audit trail tells of a file. */
export const toldOf = ({ id, name, projectId, folder, tags, description, attachments, latest }: FileRecord) => ({
  id,
  name,
  projectId,
  folder,
  tags,
  description,
  attachments,
  version: latest.number,
  size: latest.size,
  sha256: latest.sha256,
  mediaType: latest.mediaType,
});
