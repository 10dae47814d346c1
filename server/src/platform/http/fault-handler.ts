import { errorCatalogue, type Problem } from '@cobench/shared/errors';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { Denied, type Actor } from '../access.ts';
import { Fault } from '../fault.ts';
import { isPassing } from '../mongo/passing.ts';
import { requestIdOf } from './request-log.ts';
import type { Log } from '../log.ts';

type Deps = {
  log: Log;
  /** Where it is noted that somebody asked for what they may not. */
  trail: { refused(by: Actor, refusal: Denied): void };
};

/** Turns whatever was thrown into problem+json. A bug is logged whole and told as an internal fault, never its words. */
export function faultHandler({ log, trail }: Deps): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    if (res.headersSent) {
      next(error);
      return;
    }
    const fault = asFault(error);
    if (fault instanceof Denied && req.actor) trail.refused(req.actor, fault);
    if (fault.code === 'internal.fault') log.error({ err: fault.cause, requestId: requestIdOf(req) }, 'unhandled');
    else if (isPassing(fault.cause))
      log.warn({ err: fault.cause, requestId: requestIdOf(req) }, 'the store did not answer');
    if (fault.retryAfterSeconds) res.set('Retry-After', String(fault.retryAfterSeconds));
    const problem = problemOf(fault, requestIdOf(req));
    res.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  };
}

/** What a client is told of a fault; `instance` finds the line of the log. */
export function problemOf({ code, detail, errors }: Fault, instance: string): Problem {
  const { status, title } = errorCatalogue[code];
  return { type: code, title, status, ...(detail !== undefined && { detail }), instance, ...(errors && { errors }) };
}

/** The answer to every API path that no contract names. */
export const noSuchPath: RequestHandler = () => {
  throw new Fault('resource.missing', { detail: 'There is no such endpoint.' });
};

/** What is no fault is a bug, and told as one. */
export function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const kind = error instanceof Error && 'type' in error ? error.type : undefined;
  // What express.json and the URL decoder throw is the client's doing.
  if (kind === 'entity.too.large') return new Fault('input.too-large', { cause: error });
  if (typeof kind === 'string' && /^(entity|encoding|charset|request|stream)\./.test(kind)) {
    return new Fault('input.malformed', { cause: error });
  }
  // A file of an earlier build, asked for by a tab that has not been reloaded.
  if (error instanceof Error && 'status' in error && error.status === 404) {
    return new Fault('resource.missing', { cause: error });
  }
  if (error instanceof URIError) return new Fault('input.malformed', { cause: error });
  if (isPassing(error)) return new Fault('service.unavailable', { cause: error, retryAfterSeconds: 1 });
  return new Fault('internal.fault', { cause: error });
}
