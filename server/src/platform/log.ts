import { pino, type Logger } from 'pino';

export type Log = Logger;

/** Structured logs as JSON lines. What could carry a secret never reaches them. */
export function createLog(level: string): Log {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: ['req.headers.cookie', 'req.headers.authorization', 'res.headers["set-cookie"]', '*.password', '*.secret'],
  });
}
