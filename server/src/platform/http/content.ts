import { once } from 'node:events';
import type { Request, Response } from 'express';
import type { ByteRange } from '../storage/object-store.ts';
import { rangeOf } from './byte-range.ts';
import { contentDisposition } from './content-disposition.ts';

/** Bytes that go out with all that HTTP can ask of them. */
export type Content = {
  name: string;
  type: string;
  disposition: 'attachment' | 'inline';
  /** Null where nobody knows it before the end. */
  size: number | null;
  /** Names these very bytes, without its quotes; null where they are made anew each time: there are no ranges of those. */
  tag: string | null;
  read(range: ByteRange | null): AsyncIterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>>;
  /** Told of each piece that has left; left out where pieces are kept. */
  sent?: (piece: Uint8Array) => void;
};

/**
 * Answers GET and HEAD (RFC 9110): conditions, one range, and nothing before the first bytes are there. Where reading breaks
 * later the connection breaks, too: nobody takes a part for the whole. Whoever goes away ends the reading.
 */
export async function sendContent(req: Request, res: Response, content: Content): Promise<void> {
  const { size, tag } = content;
  const etag = tag === null ? null : `"${tag}"`;
  setHeaders(res, content, etag);
  const verdict = judged(req, etag);
  if (verdict !== null) {
    res.status(verdict).end();
    return;
  }
  const isWhole = size === null || tag === null || req.method === 'HEAD';
  const range = isWhole ? null : rangeOf(wantedRange(req, etag), size);
  if (range === 'unsatisfiable') {
    res.status(416).set('Content-Range', `bytes */${size}`).removeHeader('Content-Disposition');
    res.end();
    return;
  }
  if (range) res.status(206).set('Content-Range', `bytes ${range.from}-${range.to - 1}/${size}`);
  const { from, to } = range ?? { from: 0, to: size };
  if (to !== null) res.set('Content-Length', String(to - from));
  if (req.method === 'HEAD') {
    res.end();
    return;
  }
  const bytes = await begun(await content.read(range), () => clearHeaders(res));
  await pour(bytes, res, content.sent);
}

/** So much waits at most for whoever reads. */
const mostUnread = 256 * 1024;

/** All pieces, as fast as they are read; whoever goes away has no need of an answer. */
async function pour(pieces: AsyncIterable<Uint8Array>, res: Response, sent: Content['sent']): Promise<void> {
  const gone = new AbortController();
  const leave = (): void => gone.abort();
  res.once('close', leave);
  try {
    for await (const piece of pieces) {
      if (res.destroyed) return;
      const goesOn = res.write(piece, (error) => error ?? sent?.(piece));
      if (!goesOn && res.writableLength >= mostUnread) await once(res, 'drain', gone);
    }
    res.end();
  } catch (error) {
    if (gone.signal.aborted) return;
    res.destroy();
    throw error;
  } finally {
    res.off('close', leave);
  }
}

function setHeaders(res: Response, { name, type, disposition, size }: Content, etag: string | null): void {
  res.set({
    'Content-Type': type,
    'Content-Disposition': contentDisposition(disposition, name),
    'Content-Security-Policy': "sandbox; default-src 'none'",
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'private, no-cache',
    'Accept-Ranges': etag === null || size === null ? 'none' : 'bytes',
    ...(etag !== null && { ETag: etag }),
  });
}

const ofContent = ['Content-Disposition', 'Accept-Ranges', 'Content-Range', 'Content-Length', 'ETag'];
/** A problem is told instead. */
const clearHeaders = (res: Response): void => ofContent.forEach((name) => res.removeHeader(name));

/** 304 or 412 where the conditions of a request say so. */
function judged(req: Request, etag: string | null): 304 | 412 | null {
  const [match, noneMatch] = [req.get('If-Match'), req.get('If-None-Match')];
  if (match !== undefined && !(match.trim() === '*' || tagsIn(match).includes(etag ?? ''))) return 412;
  if (noneMatch === undefined || etag === null) return null;
  const known = tagsIn(noneMatch).map((one) => one.replace(/^W\//, ''));
  return noneMatch.trim() === '*' || known.includes(etag) ? 304 : null;
}

const tagsIn = (header: string): string[] => header.match(/(?:W\/)?"[^"]*"/g) ?? [];

/** The range that is asked for, unless it is of what was there before. */
function wantedRange(req: Request, etag: string | null): string | undefined {
  const before = req.get('If-Range');
  return before === undefined || before.trim() === etag ? req.get('Range') : undefined;
}

/** Resolves when the first piece is there. */
async function begun(pieces: AsyncIterable<Uint8Array>, otherwise: () => void): Promise<AsyncIterable<Uint8Array>> {
  const iterator = pieces[Symbol.asyncIterator]();
  const first = await iterator.next().catch((error: unknown) => {
    otherwise();
    throw error;
  });
  return rest(first, iterator);
}

async function* rest(
  first: IteratorResult<Uint8Array>,
  iterator: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for (let piece = first; !piece.done; piece = await iterator.next()) yield piece.value;
  } finally {
    await iterator.return?.();
  }
}
