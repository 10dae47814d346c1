import express, { type RequestHandler } from 'express';
import { Fault } from '../fault.ts';

/** Reads JSON bodies up to 1 MB; anything else with a body is refused before it is read. */
export function jsonBody(): RequestHandler[] {
  const onlyJson: RequestHandler = (req, _res, next) => {
    const hasBody = req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
    if (hasBody && !req.is('application/json')) throw new Fault('input.unsupported');
    next();
  };
  return [onlyJson, express.json({ limit: '1mb' })];
}
