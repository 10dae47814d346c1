import { ApiError, isUnreachable } from '#lib/api/problem.ts';
import { UnreadableFile, type HashFile } from './hash-worker.ts';
import type { FindUpload } from './lost-answer.ts';
import type { SendFile } from './send-file.ts';
import type { UploadItem } from './upload-item.svelte.ts';
import type { UploadRecord } from './upload-records.ts';
import { UploadInterrupted, UploadRefused, UploadUnknown, wordsOf } from './upload-trouble.ts';

export type SenderParts = {
  hash: HashFile;
  send: SendFile;
  find: FindUpload;
  /** Resolves when it is worth trying again, for the n-th time in a row; rejects with the reason of `signal`. */
  wait: (attempt: number, signal: AbortSignal) => Promise<void>;
  /** Milliseconds since 1970. */
  now: () => number;
};

/** One file that is to be sent. */
export type Job = {
  item: UploadItem;
  record: UploadRecord;
  file: Blob;
  personId: string;
  /** Something of the record has changed. */
  onrecord: () => Promise<void>;
  /** Something of the item has changed. */
  onchange: () => void;
  signal: AbortSignal;
};

/** How often a file that an answer promised is looked for before it is sent again. */
const looks = 3;

/**
 * Sends one file to its end, through every interruption. Answers the id of the file. Rejects with `UploadRefused`, with
 * `UnreadableFile`, or with the reason of the signal.
 */
export async function sendJob(job: Job, parts: SenderParts): Promise<string> {
  const { item, onchange, signal } = job;
  for (let attempt = 1; ; attempt++) {
    const before = item.sent;
    try {
      return await attemptOf(job, parts);
    } catch (error) {
      const trouble = interruptionOf(error);
      await readable(job.file);
      item.now = { state: 'interrupted', words: trouble.message };
      onchange();
      if (item.sent > before) attempt = 1;
      await parts.wait(attempt, signal);
    }
  }
}

async function attemptOf(job: Job, parts: SenderParts): Promise<string> {
  const { item, record, file, personId, onrecord, onchange, signal } = job;
  if (record.sha256 === null) {
    item.now = { state: 'checking' };
    onchange();
    record.sha256 = await parts.hash(file, { signal, onprogress: (bytes) => ((item.checked = bytes), onchange()) });
    await onrecord();
  }
  item.checked = item.size;
  item.now = { state: 'sending' };
  onchange();
  if (record.url === null && record.begun !== null) {
    const found = await parts.find(record, personId);
    if (found && 'fileId' in found) return found.fileId;
    if (found) record.url = found.url;
  }
  if (record.begun === null) {
    record.begun = parts.now();
    await onrecord();
  }
  signal.throwIfAborted();
  const fileId = await sent(job, parts);
  if (fileId !== null) return fileId;
  return promised(job, parts);
}

async function sent(job: Job, { send }: SenderParts): Promise<string | null> {
  const { item, record, file, onrecord, onchange, signal } = job;
  try {
    return await send(file, {
      metadata: metadataOf(record, job.personId),
      url: record.url,
      signal,
      onurl: (url) => {
        record.url = url;
        void onrecord();
      },
      onprogress: (bytes) => {
        item.sent = bytes;
        onchange();
      },
    });
  } catch (error) {
    if (!(error instanceof UploadUnknown)) throw error;
    // It ended there, or was given up: what became of it is looked up before it is begun again.
    record.url = null;
    await onrecord();
    throw new UploadInterrupted('Looking where it stands.');
  }
}

/** The upload has ended, and which file it made was not said. */
async function promised({ record, personId, signal }: Job, { find, wait }: SenderParts): Promise<string> {
  for (let attempt = 1; attempt <= looks; attempt++) {
    const found = await find(record, personId);
    if (found && 'fileId' in found) return found.fileId;
    await wait(attempt, signal);
  }
  throw new UploadRefused('It arrived, and the server does not list it. Look for it before you send it again.');
}

function metadataOf({ name, target, sha256 }: UploadRecord, personId: string): Record<string, string> {
  const { projectId, folder = '', fileId, attachTo } = target;
  return {
    filename: name,
    projectId,
    ...(folder !== '' && { folder }),
    ...(sha256 !== null && { sha256 }),
    ...(fileId !== undefined && { fileId }),
    ...(attachTo !== undefined && { attachTo: JSON.stringify(attachTo) }),
    sender: personId,
  };
}

/** What stopped it only for now; everything else is thrown on. */
function interruptionOf(error: unknown): Error {
  if (error instanceof UploadInterrupted) return error;
  if (error instanceof ApiError) {
    const { problem } = error;
    if (isUnreachable(problem)) return new UploadInterrupted('Waiting for the connection.');
    if (problem.status === 401) return new UploadInterrupted('Waiting until you are signed in again.');
    if (problem.status === 429) return new UploadInterrupted('The server is busy. It goes on in a moment.');
    throw new UploadRefused(wordsOf(problem));
  }
  throw error;
}

/** A request fails the same way when the network is gone and when the file is: the file can be asked. */
async function readable(file: Blob): Promise<void> {
  try {
    await file.slice(0, 1).arrayBuffer();
  } catch (cause) {
    throw new UnreadableFile('It cannot be read.', { cause });
  }
}
