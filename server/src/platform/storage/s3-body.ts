import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { Readable } from 'node:stream';
import { inTime } from '../in-time.ts';
import type { ByteRange } from './object-store.ts';
import { calling, unavailable } from './s3-calls.ts';

const readAhead = 256 * 1024;

type Options = { range: ByteRange | undefined; longestSilence: number };

/**
 * What was asked for, as it comes. A store that is silent while more is wanted, or sends less or other bytes than it says,
 * ends the stream with an error. @throws StoreUnavailable where it answers with another range than the one that was asked for.
 */
export function bodyOf(answer: GetObjectCommandOutput, { range, longestSilence }: Options) {
  const { Body: body, ContentLength: length = 0 } = answer;
  if (!(body instanceof Readable)) throw unavailable('it answers without a body');
  const size = range ? wholeSize(answer, range) : length;
  if (size === null) {
    body.destroy();
    throw unavailable('it answers with another range than the one that was asked for');
  }
  const pieces = watched(body, { length, longestSilence });
  const watchedBody = Readable.from(pieces, { objectMode: false, highWaterMark: readAhead });
  // What nobody begins to read, or what is waited for, ends with it too: a connection is one of few.
  watchedBody.once('close', () => body.destroy());
  return { size, body: watchedBody };
}

/** The size of the whole object by `bytes 0-9/100`; null where that is not the range. */
function wholeSize({ ContentRange = '' }: GetObjectCommandOutput, { from, to }: ByteRange): number | null {
  const [, first, last, size] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(ContentRange)?.map(Number) ?? [];
  if (size === undefined || first !== from || last !== Math.min(to, size) - 1) return null;
  return size;
}

async function* watched(body: Readable, { length, longestSilence }: { length: number; longestSilence: number }) {
  const chunks = (body as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  const silence = (): Error => unavailable(`it was silent for ${longestSilence / 1000} seconds`);
  let left = length;
  try {
    for (;;) {
      const next = await calling(() => inTime(longestSilence, chunks.next(), silence));
      if (next.done === true) break;
      left -= next.value.length;
      yield next.value;
    }
    if (left !== 0) throw unavailable('it sent another number of bytes than it said');
  } finally {
    body.destroy();
  }
}
