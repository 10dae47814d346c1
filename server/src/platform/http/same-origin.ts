import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { Fault } from '../fault.ts';

const reading = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a browser sent this from one of our own pages. Programs send no Origin and carry no cookie by themselves. */
export function fromOwnPages(req: IncomingMessage, publicOrigin: string): boolean {
  const { origin } = req.headers;
  if (origin !== undefined) return origin === publicOrigin;
  const site = req.headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' || site === 'none';
}

/** Refuses changes that another site's page makes with a visitor's cookies. */
export function sameOrigin(publicOrigin: string): RequestHandler {
  return (req, _res, next) => {
    if (!reading.has(req.method) && !fromOwnPages(req, publicOrigin)) throw new Fault('origin.foreign');
    next();
  };
}
