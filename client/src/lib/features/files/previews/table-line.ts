import { ApiError } from '#lib/api/problem.ts';
import type { TableAnswer, TableQuestion } from './table-talk.ts';

type Asked = TableQuestion extends infer Q ? (Q extends { id: number } ? Omit<Q, 'id'> : never) : never;
/** Rejects with `ApiError` where bytes could not be read. */
export type AskTable = (question: Asked) => Promise<TableAnswer>;

/** A worker that holds one table. It is there from the first question until `close`; what is open then is never answered. */
export function tableWorker(): { ask: AskTable; close: () => void } {
  let worker: Worker | null = null;
  let last = 0;
  return {
    ask: (question) =>
      new Promise<TableAnswer>((resolve, reject) => {
        worker ??= new Worker(new URL('./table.worker.ts', import.meta.url), { type: 'module' });
        const here = worker;
        const id = ++last;
        function heard({ data }: MessageEvent<TableAnswer>) {
          if (data.id !== id) return;
          here.removeEventListener('message', heard);
          if (data.ask === 'refused') reject(new ApiError(data.problem));
          else resolve(data);
        }
        here.addEventListener('message', heard);
        here.addEventListener('error', ({ message }) => reject(new Error(message)), { once: true });
        here.postMessage({ ...question, id }, []);
      }),
    close: () => {
      worker?.terminate();
      worker = null;
    },
  };
}
