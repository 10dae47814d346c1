import type { AskPrice } from './rule-price.svelte.ts';
import type { PriceAnswer } from './rule-price.ts';

/** Works out prices beside the page, one question at a time. The worker is there from the first question until `close`. */
export function priceWorker(): { ask: AskPrice; close: () => void } {
  let worker: Worker | null = null;
  return {
    ask: (question) =>
      new Promise<PriceAnswer>((resolve, reject) => {
        worker ??= new Worker(new URL('./rule-price.worker.ts', import.meta.url), { type: 'module' });
        const once = { once: true };
        worker.addEventListener('message', ({ data }: MessageEvent<PriceAnswer>) => resolve(data), once);
        worker.addEventListener('error', ({ message }) => reject(new Error(message)), once);
        worker.postMessage(question, []);
      }),
    close: () => {
      worker?.terminate();
      worker = null;
    },
  };
}
