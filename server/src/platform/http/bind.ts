import { pipeline } from 'node:stream/promises';
import type { Endpoint } from '@cobench/shared/endpoint';
import type { FieldProblem } from '@cobench/shared/errors';
import type { Request, Router } from 'express';
import type { z } from 'zod';
import { Fault } from '../fault.ts';
import type { Actor } from '../access.ts';
import { bodyOf, type ReadBody } from './body.ts';
import type { ContentWatch } from './content-watch.ts';
import type { Content } from './content.ts';
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
  mount(router, contract, (req) => run(actorOf(req), inputOf(req, contract)));
}

/** The same for what somebody may call too who is signed in as soon as they have set a second factor up. */
export function bindSettingUp<I extends z.ZodType, O extends z.ZodType>(
  router: Router,
  contract: Endpoint<I, O>,
  run: (actor: Actor, input: z.output<I>, req: Request) => Promise<z.input<O>>,
): void {
  mount(router, contract, (req) => run(req.settingUp ?? actorOf(req), inputOf(req, contract), req));
}

/** The same for what anybody may call. */
export function bindPublic<I extends z.ZodType, O extends z.ZodType>(
  router: Router,
  contract: Endpoint<I, O>,
  run: (req: Request, input: z.output<I>) => Promise<z.input<O>>,
): void {
  mount(router, contract, (req) => run(req, inputOf(req, contract)));
}

function mount<O extends z.ZodType>(
  router: Router,
  contract: Endpoint<z.ZodType, O>,
  answerTo: (req: Request) => Promise<z.input<O>>,
): void {
  router[contract.method](contract.path, async (req, res) => {
    const answer = contract.output.parse(await answerTo(req));
    res.status(contract.status ?? 200).json(answer);
  });
}

/**
 * The same for a contract that takes a file: its bytes are the body. `read` reads them, once the service has decided that
 * it wants them; mount it before what reads JSON.
 */
export function bindUpload<I extends z.ZodType, O extends z.ZodType>(
  router: Router,
  contract: Endpoint<I, O>,
  run: (actor: Actor, input: z.output<I>, read: ReadBody) => Promise<z.input<O>>,
): void {
  mount(router, contract, (req) => run(actorOf(req), inputOf(req, contract), (most) => bodyOf(req, most)));
}

/** A file as it is read: its text, or its bytes, in pieces. */
export type FileAnswer = { name: string; type: string; text: AsyncIterable<string | Uint8Array> };

/**
 * The same for a contract that answers with a file: it goes out as it is read, however long it is. It is there to be kept;
 * a browser that shows it all the same runs nothing of it.
 */
export function bindFile<I extends z.ZodType>(
  router: Router,
  contract: Endpoint<I, z.ZodString>,
  run: (actor: Actor, input: z.output<I>) => Promise<FileAnswer>,
): void {
  router[contract.method](contract.path, async (req, res) => {
    const { name, type, text } = await run(actorOf(req), inputOf(req, contract));
    res.set('Content-Security-Policy', "sandbox; default-src 'none'");
    res.attachment(name).type(type);
    await pipeline(text, res);
  });
}

/**
 * The same for bytes that are read by ranges, shown in pages, and asked for again: as HTTP has it, see `sendContent`. While
 * they go out `run` is asked again whether they still may.
 */
export function bindContent<I extends z.ZodType>(
  router: Router,
  contract: Endpoint<I, z.ZodString>,
  { run, watch }: { run: (actor: Actor, input: z.output<I>) => Promise<Content>; watch: ContentWatch },
): void {
  router[contract.method](contract.path, async (req, res) => {
    // Whoever is nobody here is told so, whatever they ask.
    const asking = actorOf(req);
    const input = inputOf(req, contract);
    await watch.sendTo(asking, { req, res }, (actor) => run(actor, input));
  });
}

function inputOf<I extends z.ZodType>(req: Request, { method, input, upload }: Endpoint<I>): z.output<I> {
  const given: unknown = method === 'get' || upload ? req.query : req.body;
  const parsed = input.safeParse({ ...asObject(given), ...req.params });
  if (!parsed.success) throw new Fault('input.invalid', { errors: fieldProblems(parsed.error) });
  return parsed.data;
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
