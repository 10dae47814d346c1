import { AsyncLocalStorage } from 'node:async_hooks';
import { daysToResume } from '@cobench/shared/files/upload';
import { DataStore, Upload } from '@tus/server';
import type { Actor } from '../../platform/access.ts';
import { invalidField } from '../../platform/fault.ts';
import { newUploadOf } from './new-upload.ts';
import type { Source } from './upload-receiver.ts';
import type { UploadRecord } from './upload.repo.ts';
import type { Standing, UploadService } from './upload.service.ts';

/** Who asks, and what becomes of it. */
export type Asking = {
  actor: Actor;
  source: Source;
  failure: unknown;
  /** What the request has begun. */
  begun: UploadRecord | null;
  /** How the upload that it wrote to stands. */
  standing: Standing | null;
};
/** The request that the protocol's library is working on: it hands its store no more than an id. */
export const asking = new AsyncLocalStorage<Asking>();

const expirationMs = daysToResume * 86_400_000;

function here(): Asking {
  const store = asking.getStore();
  if (!store) throw new Error('Nobody asks.');
  return store;
}

/** Uploads as the library of the tus protocol wants to see them. */
export class TusStore extends DataStore {
  readonly #uploads: UploadService;
  override extensions = ['creation', 'creation-with-upload', 'termination', 'expiration'];

  constructor(uploads: UploadService) {
    super();
    this.#uploads = uploads;
  }

  override async create(upload: Upload): Promise<Upload> {
    const { actor, source } = here();
    const asked = newUploadOf(upload.metadata ?? {}, actor);
    const { size, id } = upload;
    if (size === undefined || !Number.isSafeInteger(size))
      throw invalidField('size', 'Say in Upload-Length how many bytes come.');
    const begun = await this.#uploads.begin(actor, asked, { size, id });
    // An empty one is whole already: what is written to it then finds that out.
    if (size === 0) this.#noted(await this.#uploads.receiveFirst(actor, begun, { ...source, bytes: noBytes() }));
    else here().begun = begun;
    return upload;
  }

  /** The bytes come from the request itself: through the library they would be copied four times. */
  override async write(_stream: unknown, id: string, offset: number): Promise<number> {
    const { actor, source, begun } = here();
    const standing = begun
      ? await this.#uploads.receiveFirst(actor, begun, source)
      : await this.#uploads.receive(actor, id, { ...source, offset });
    this.#noted(standing);
    return standing.offset;
  }

  override async getUpload(id: string): Promise<Upload> {
    const { actor, standing: known } = here();
    // What has ended here stays as it is.
    const standing = known?.fileId ? known : await this.#uploads.look(actor, id);
    this.#noted(standing);
    const { size, offset, expiresAt } = standing;
    // The library counts from the beginning, we from when it was last gone on with.
    const creation_date = new Date(expiresAt.getTime() - expirationMs).toISOString();
    return new Upload({ id, size, offset, creation_date });
  }

  override async remove(id: string): Promise<void> {
    await this.#uploads.cancel(here().actor, id);
  }

  override getExpiration(): number {
    return expirationMs;
  }

  #noted(standing: Standing): void {
    here().standing = standing;
  }
}

async function* noBytes(): AsyncGenerator<Uint8Array, void, undefined> {
  // An empty file has none.
}
