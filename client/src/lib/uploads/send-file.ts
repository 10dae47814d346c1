import { fileIdHeader, uploadsPath } from '@cobench/shared/files/upload';
import { DetailedError, Upload, type HttpResponse } from 'tus-js-client';
import { troubleIn, UploadInterrupted, UploadUnknown } from './upload-trouble.ts';

/** Bytes of one request: what a proxy in between has to take at once. */
const request = 64 * 1024 ** 2;
/** A file of up to this many bytes goes with the request that begins it. */
const withCreation = 4 * 1024 ** 2;
/** Milliseconds without a byte after which a connection counts as dead. */
const patience = 60_000;

export type Sending = {
  /** What the server is told of the file. */
  metadata: Record<string, string>;
  /** Where it was begun; null: it is begun now. */
  url: string | null;
  onurl: (url: string) => void;
  onprogress: (bytes: number) => void;
  signal: AbortSignal;
};

/**
 * Sends a file, or what the server does not have of it, by the tus protocol. Answers the id of the file; null where only
 * the server knows it. Rejects with `UploadInterrupted`, `UploadRefused`, or `UploadUnknown` where `url` leads nowhere;
 * with the reason of `signal` when that fires.
 */
export type SendFile = (file: Blob, sending: Sending) => Promise<string | null>;

export const sendFile: SendFile = (file, { metadata, url, onurl, onprogress, signal }) =>
  new Promise((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout>;
    const upload = new Upload(file, {
      ...(url === null ? { endpoint: uploadsPath } : { uploadUrl: url }),
      metadata,
      chunkSize: request,
      uploadDataDuringCreation: file.size <= withCreation,
      // Whoever asks for it knows better when to try again, and where it was begun.
      retryDelays: null,
      storeFingerprintForResuming: false,
      onUploadUrlAvailable: () => onurl(new URL(upload.url ?? '', location.href).pathname),
      onProgress: (bytes) => {
        alive();
        onprogress(bytes);
      },
      onSuccess: ({ lastResponse }) => {
        end();
        resolve(lastResponse?.getHeader(fileIdHeader) ?? null);
      },
      onError: (error) => {
        end();
        reject(troubleOf(error));
      },
    });
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(() => stop(new UploadInterrupted('Waiting for the connection.')), patience);
    };
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
    };
    const stop = (reason: Error) => {
      end();
      void upload.abort();
      reject(reason);
    };
    const aborted = () => stop(signal.reason as Error);
    signal.addEventListener('abort', aborted);
    alive();
    upload.start();
  });

function troubleOf(error: Error): Error {
  if (!(error instanceof DetailedError)) return error;
  const response: HttpResponse | null = error.originalResponse;
  const trouble = troubleIn(response?.getStatus() ?? 0, response?.getBody() ?? '');
  // A refusal to begin is told as what it is: a project that is not there any more.
  if (trouble instanceof UploadUnknown && error.originalRequest.getMethod() === 'POST')
    return troubleIn(400, response?.getBody() ?? '');
  return trouble;
}
