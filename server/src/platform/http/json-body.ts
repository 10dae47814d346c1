import type { IncomingMessage } from 'node:http';
import express, { type RequestHandler } from 'express';
import { Fault } from '../fault.ts';
import { nestingOf } from './nesting.ts';

/** More levels than any contract has; what is nested deeper breaks whoever walks through it. */
const deepest = 32;

/** @throws Fault `input.malformed` */
export function requireShallow(json: Uint8Array): void {
  if (nestingOf(json) > deepest) throw new Fault('input.malformed', { detail: 'It is nested too deeply.' });
}

/** A megabyte takes no longer, however bad the network. */
const longestMs = 120_000;

/** Hangs up on who does not come to the end of a body. */
function hurry(req: IncomingMessage): void {
  const timer = setTimeout(() => req.destroy(), longestMs).unref();
  for (const end of ['end', 'close']) req.once(end, () => clearTimeout(timer));
}

/** Reads JSON bodies up to 1 MB and 32 levels; anything else with a body is refused before it is read. */
export function jsonBody(): RequestHandler[] {
  const onlyJson: RequestHandler = (req, _res, next) => {
    const hasBody = req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
    if (hasBody && !req.is('application/json')) throw new Fault('input.unsupported');
    if (hasBody) hurry(req);
    next();
  };
  const verify = (_req: unknown, _res: unknown, body: Buffer, encoding: string): void => {
    // Its bytes are counted as they came.
    if (encoding.toLowerCase() !== 'utf-8') throw new Fault('input.unsupported', { detail: 'Send JSON as UTF-8.' });
    requireShallow(body);
  };
  return [onlyJson, express.json({ limit: '1mb', verify })];
}
