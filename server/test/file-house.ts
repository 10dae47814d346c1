import { createHash, randomBytes } from 'node:crypto';
import { fileEndpoints } from '@cobench/shared/files/endpoints';
import type { DataFile } from '@cobench/shared/files/file';
import { fileIdHeader, uploadsPath } from '@cobench/shared/files/upload';
import { Problem } from '@cobench/shared/errors';
import type { Agent } from './agent.ts';
import { call } from './call.ts';

/** Whoever sends files: a browser, or a script with a key. */
export type Sender = Pick<Agent, 'fetch' | 'send'>;
type Metadata = Record<string, string>;

export const tus = { 'tus-resumable': '1.0.0' };
export const offsetType = 'application/offset+octet-stream';
export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
export const someBytes = (length: number): Buffer => randomBytes(length);

export const metadataOf = (metadata: Metadata): string =>
  Object.entries(metadata)
    .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
    .join(',');

/** Begins an upload; the answer as it is. */
export const begin = (sender: Sender, size: number, metadata: Metadata, more: RequestInit = {}): Promise<Response> =>
  sender.fetch(uploadsPath, {
    method: 'POST',
    ...more,
    headers: {
      ...tus,
      'upload-length': String(size),
      'upload-metadata': metadataOf(metadata),
      ...(more.headers as Record<string, string>),
    },
  });

/** Begins an upload. @throws with the problem where it is refused; answers its address */
export async function begun(sender: Sender, size: number, metadata: Metadata): Promise<string> {
  const response = await begin(sender, size, metadata);
  if (response.status !== 201) throw new Error(await response.text());
  return String(response.headers.get('location'));
}

/** Sends bytes from an offset on; the answer as it is. */
export const patch = (
  sender: Sender,
  url: string,
  offset: number,
  body: Uint8Array | ReadableStream | null,
  headers: Record<string, string> = {},
): Promise<Response> =>
  sender.fetch(url, {
    method: 'PATCH',
    headers: { ...tus, 'content-type': offsetType, 'upload-offset': String(offset), ...headers },
    body: body instanceof Uint8Array ? new Uint8Array(body) : body,
    ...(body instanceof ReadableStream && ({ duplex: 'half' } as object)),
  });

/** Where an upload goes on. */
export async function offsetOf(sender: Sender, url: string): Promise<number> {
  const response = await sender.fetch(url, { method: 'HEAD', headers: tus });
  if (response.status !== 200) throw new Error(`HEAD answered ${response.status}.`);
  return Number(response.headers.get('upload-offset'));
}

export const fileIdOf = (response: Response): string => String(response.headers.get(fileIdHeader));

/** Sends all of it at once. @throws where it does not become a file */
export async function uploaded(sender: Sender, bytes: Uint8Array, metadata: Metadata): Promise<DataFile> {
  const response = await patch(sender, await begun(sender, bytes.length, metadata), 0, bytes);
  if (response.status !== 204) throw new Error(await response.text());
  return call(sender, fileEndpoints.get, { id: fileIdOf(response) });
}

/** What a file holds, as it is downloaded. */
export async function contentOf(sender: Sender, id: string, version?: number): Promise<Buffer> {
  const response = await sender.fetch(`/api/v1/files/${id}/content${version ? `?version=${version}` : ''}`);
  if (response.status !== 200) throw new Error(await response.text());
  return Buffer.from(await response.arrayBuffer());
}

export const problemOf = async (response: Response): Promise<Problem> => Problem.parse(await response.json());
