import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, rateLimit as limiter } from 'express-rate-limit';
import { Fault } from '../fault.ts';

export type RateLimit = {
  limit: number;
  windowMs: number;
  /** What shares a bucket; the caller's address unless said otherwise. Never the path: one path has many spellings. */
  keyOf?: (req: Request) => string;
  /** Count only what was answered with an error. */
  failuresOnly?: true;
  /** Answers who came too often; status 429 and Retry-After are set already. */
  answer: (req: Request, res: Response) => void;
};

/** Lets each caller through `limit` times in a window, per process. */
export function rateLimit({ limit, windowMs, keyOf = addressOf, failuresOnly, answer }: RateLimit): RequestHandler {
  return limiter({
    limit,
    windowMs,
    keyGenerator: keyOf,
    skipSuccessfulRequests: failuresOnly ?? false,
    requestWasSuccessful: (_req, res) => res.statusCode < 400 || res.locals['isNoGuess'] === true,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    // Which forwarded headers to believe is the application's decision; strangers who send one are not worth a warning.
    validate: { xForwardedForHeader: false, forwardedHeader: false },
    handler: (req, res) => {
      res.status(429);
      answer(req, res);
    },
  });
}

/** The window of most limits. */
export const quarterMs = 15 * 60_000;

/** Lets whoever fails try again `limit` times in a quarter of an hour. */
export const guesses = (limit: number, keyOf: (req: Request) => string): RequestHandler =>
  rateLimit({ limit, windowMs: quarterMs, keyOf, failuresOnly: true, answer: tooMany });

/** Says of a request that is refused that it guessed nothing: what it showed was right, and not all. */
export function noGuess({ res }: Request): void {
  if (res) res.locals['isNoGuess'] = true;
}

/** Answers programs. */
export function tooMany(_req: Request, res: Response): never {
  throw new Fault('rate.limited', { retryAfterSeconds: Number(res.getHeader('Retry-After') ?? 60) });
}

/** The address of the caller; of IPv6 the network, for one host has many of its addresses. */
export const addressOf = (req: Request): string => ipKeyGenerator(req.ip ?? '');
