import { fileEndpoints } from '@cobench/shared/files/endpoints';
import type { FileUsage } from '@cobench/shared/files/upload';
import { Upload } from 'tus-js-client';
import { call } from '#lib/api/call.ts';
import { hashWorker } from './hash-worker.ts';
import { findUpload, serverNow } from './lost-answer.ts';
import { sendFile } from './send-file.ts';
import { tryAgain } from './try-again.ts';
import { UploadPlaces } from './upload-places.ts';
import { UploadRecords } from './upload-records.ts';
import type { SenderParts } from './upload-sender.ts';
import { joinTabs, type JoinTabs } from './upload-tabs.ts';

/** What the queue is made of; tests put others in place. */
export type UploadParts = SenderParts & {
  join: JoinTabs;
  records: (name: string) => UploadRecords;
  places: (name: string) => UploadPlaces;
  terminate: (url: string) => Promise<void>;
  /** Rejects with `ApiError`. */
  usage: () => Promise<FileUsage>;
};

export const realParts = (): UploadParts => ({
  hash: hashWorker(),
  send: sendFile,
  find: findUpload,
  wait: tryAgain,
  now: serverNow,
  join: joinTabs,
  records: (name) => new UploadRecords(name),
  places: (name) => new UploadPlaces(name),
  // What cannot be taken away now is given up by the server in a few days.
  terminate: (url) => Upload.terminate(url, { retryDelays: [1000, 5000] }).catch(() => undefined),
  usage: () => call(fileEndpoints.usage, {}),
});
