import { UploadInterrupted } from './upload-trouble.ts';
import type { HashAnswer, HashQuestion } from './hash.worker.ts';

type Hashing = { onprogress: (bytes: number) => void; signal: AbortSignal };
/**
 * Computes the SHA-256 of a file. Rejects with `UnreadableFile`, with `UploadInterrupted` where nothing can be computed for
 * now, or with the reason of `signal`.
 */
export type HashFile = (file: Blob, hashing: Hashing) => Promise<string>;

/** The browser could not read a file that it was given: it was moved, changed, or is not allowed any more. */
export class UnreadableFile extends Error {}

/** Computes sums beside the page. The worker is there from the first file on. */
export function hashWorker(): HashFile {
  let worker: Worker | null = null;
  let last = 0;
  return (file, { onprogress, signal }) =>
    new Promise((resolve, reject) => {
      worker ??= new Worker(new URL('./hash.worker.ts', import.meta.url), { type: 'module' });
      const here = worker;
      const id = ++last;
      const ask = (question: HashQuestion) => here.postMessage(question, []);
      const end = () => {
        here.removeEventListener('message', heard);
        here.removeEventListener('error', broken);
        signal.removeEventListener('abort', stopped);
      };
      const heard = ({ data }: MessageEvent<HashAnswer>) => {
        if (data.id !== id) return;
        if ('bytes' in data) return onprogress(data.bytes);
        end();
        if ('sha256' in data) resolve(data.sha256);
        else reject(new UnreadableFile(data.problem));
      };
      // A file that cannot be read says so; this is the worker itself, whose script is fetched with the first file.
      const broken = () => {
        end();
        here.terminate();
        if (worker === here) worker = null;
        reject(new UploadInterrupted('Waiting for the connection.'));
      };
      const stopped = () => {
        end();
        ask({ id, stop: true });
        reject(signal.reason as Error);
      };
      here.addEventListener('message', heard);
      here.addEventListener('error', broken);
      signal.addEventListener('abort', stopped);
      ask({ id, file });
    });
}
