import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { DataFile } from '@cobench/shared/files/file';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import type { Request } from 'express';
import type { Actor } from '../../platform/access.ts';
import { Fault, invalidField } from '../../platform/fault.ts';
import { requestBytes } from '../../platform/http/request-bytes.ts';
import { newUploadOf } from './new-upload.ts';
import type { UploadService } from './upload.service.ts';

type Deps = { uploads: UploadService; actor: Actor; again: () => Promise<Actor | null> };
type Found = { fields: Record<string, string>; filename: string; file: Readable };

const limits = { files: 1, fields: 20, fieldNameSize: 100, fieldSize: 16 * 1024, headerPairs: 50 };

/**
 * One file of a form, taken as it comes: its fields first, for they say where it goes.
 * @throws Fault `input.unsupported`, `input.malformed`, `input.invalid`, and whatever an upload may be refused with
 */
export async function formUpload(req: Request, { uploads, actor, again }: Deps): Promise<DataFile> {
  const most = lengthOf(req);
  const reader = readerOf(req);
  const wrong: Fault[] = [];
  const found = fileOf(reader, wrong);
  const stopping = new AbortController();
  const poured = pour(requestBytes(req), reader, stopping.signal);
  try {
    const { fields, filename, file } = await found;
    const asked = newUploadOf({ filename, ...fields }, actor);
    const bytes = wholeOf(file, async () => {
      await poured;
      if (wrong[0]) throw wrong[0];
    });
    return await uploads.receiveWhole(actor, asked, { bytes, stop: () => void req.destroy(), again, most });
  } finally {
    stopping.abort();
    reader.destroy();
  }
}

function lengthOf(req: Request): number {
  if (!req.is('multipart/form-data')) throw new Fault('input.unsupported', { detail: 'Send multipart/form-data.' });
  const length = Number(req.headers['content-length'] ?? Number.NaN);
  if (Number.isSafeInteger(length)) return length;
  throw new Fault('input.malformed', { detail: 'Say in Content-Length how much comes, or use /api/v1/uploads (tus).' });
}

function readerOf({ headers }: Request): BusboyInstance {
  try {
    return new Busboy({ headers: { ...headers, 'content-type': String(headers['content-type']) }, limits });
  } catch (cause) {
    throw new Fault('input.malformed', { cause });
  }
}

/** Resolves when the file begins, to what came before it; what is wrong with what comes after it is put into `wrong`. */
function fileOf(reader: BusboyInstance, wrong: Fault[]): Promise<Found> {
  const fields: Record<string, string> = {};
  let hasFile = false;
  const found = new Promise<Found>((resolve, reject) => {
    reader.on('field', (name, value, nameCut, valueCut) => {
      if (hasFile) wrong.push(invalidField(name, 'Fields come before the file.'));
      else if (nameCut || valueCut) reject(invalidField(name, 'It is too long.'));
      else if (Object.hasOwn(fields, name)) reject(invalidField(name, 'It is there twice.'));
      else fields[name] = value;
    });
    reader.on('file', (part, file, filename) => {
      hasFile = true;
      // Told by whoever reads it.
      file.on('error', () => undefined);
      if (part === 'file') resolve({ fields, filename, file });
      else reject(invalidField(part, 'The part with the file is called file.'));
    });
    reader.once('filesLimit', () => wrong.push(invalidField('file', 'A form has one file.')));
    reader.once('fieldsLimit', () => reject(new Fault('input.malformed', { detail: 'The form has too many fields.' })));
    reader.once('finish', () => reject(invalidField('file', 'The form has no file.')));
    reader.once('error', (cause: unknown) => reject(new Fault('input.malformed', { cause })));
  });
  found.catch(() => undefined);
  return found;
}

/** Gives the form to its reader, as fast as that takes it. @throws Fault `input.malformed` where it breaks off */
function pour(bytes: AsyncIterable<Uint8Array>, reader: BusboyInstance, signal: AbortSignal): Promise<void> {
  const poured = (async () => {
    try {
      for await (const chunk of bytes) {
        if (!reader.write(chunk)) await once(reader, 'drain', { signal });
      }
      const finished = once(reader, 'finish', { signal });
      reader.end();
      await finished;
    } catch (cause) {
      reader.destroy();
      throw new Fault('input.malformed', { cause, detail: 'The form broke off.' });
    }
  })();
  poured.catch(() => undefined);
  return poured;
}

/** The bytes of the file, and then whether the form came to its end as it should. */
async function* wholeOf(file: Readable, ended: () => Promise<void>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of file as AsyncIterable<Buffer>) yield chunk;
  await ended();
}
