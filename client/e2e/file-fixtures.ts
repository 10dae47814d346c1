import { DataFile } from '@cobench/shared/files/file';
import { fileEndpoints } from '@cobench/shared/files/endpoints';
import type { Page } from 'playwright-core';

type Content = { name: string; bytes: Buffer | string };
type Fields = { projectId: string; folder?: string; fileId?: string; tags?: string };

/** Uploads a file as scripts do, as the person signed in on this page. */
export async function aStoredFile(page: Page, { name, bytes }: Content, fields: Fields): Promise<DataFile> {
  const buffer = Buffer.from(bytes);
  const response = await page.request.post(fileEndpoints.create.path, {
    headers: { connection: 'close' },
    // The fields come first: the server knows where the bytes go when they begin.
    multipart: { ...fields, file: { name, mimeType: 'application/octet-stream', buffer } },
  });
  if (!response.ok()) throw new Error(`${name}: ${await response.text()}`);
  return DataFile.parse(await response.json());
}
