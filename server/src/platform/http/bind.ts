import type { Endpoint } from '@cobench/shared/endpoint';
import type { FieldProblem } from '@cobench/shared/errors';
import type { Router } from 'express';
import type { z } from 'zod';
import { Fault } from '../fault.ts';
import type { Actor } from '../access.ts';
import { actorOf } from './request.ts';

/**
 * Mounts one contract: parses the input, runs the handler, shapes the answer by the contract (what the contract does
 * not name never leaves the server).
 */
export function bind<I extends z.ZodType, O extends z.ZodType>(
  router: Router,
  contract: Endpoint<I, O>,
  run: (actor: Actor, input: z.output<I>) => Promise<z.input<O>>,
): void {
  router[contract.method](contract.path, async (req, res) => {
    const actor = actorOf(req);
    const given: unknown = contract.method === 'get' ? req.query : req.body;
    const parsed = contract.input.safeParse({ ...asObject(given), ...req.params });
    if (!parsed.success) throw new Fault('input.invalid', { errors: fieldProblems(parsed.error) });
    const answer = contract.output.parse(await run(actor, parsed.data));
    res.status(contract.status ?? 200).json(answer);
  });
}

/** A request without a body is an empty object; a body that is a list or a bare value is refused. */
function asObject(given: unknown): object {
  if (given === undefined) return {};
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) return given;
  throw new Fault('input.malformed', { detail: 'The body must be a JSON object.' });
}

/** zod's issues as JSON pointers into the input; an unknown field is named itself, not its parent. */
export function fieldProblems(error: z.ZodError): FieldProblem[] {
  return error.issues.flatMap((issue) => {
    const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    const detail = issue.code === 'unrecognized_keys' ? 'There is no such field.' : issue.message;
    return paths.map((path) => ({ pointer: jsonPointer(path), detail }));
  });
}

const jsonPointer = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
