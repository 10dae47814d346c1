import { pricesOf, type PriceQuestion } from './rule-price.ts';

addEventListener('message', ({ data }: MessageEvent<PriceQuestion>) => {
  (self as unknown as Worker).postMessage(pricesOf(data), []);
});
