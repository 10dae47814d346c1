import type { Endpoint } from '@cobench/shared/endpoint';
import type { z } from 'zod';
import { ApiError, problemIn, unreachable } from './problem.ts';
import { signedOut } from './signed-out.ts';

/**
 * The only place that talks HTTP. Path parameters leave the input; the rest is the query (GET) or the JSON body.
 * Rejects with `ApiError` for every answer that is not a success, for an unreachable server, and for an answer that does
 * not fit the contract; with an `AbortError` when `signal` fires.
 */
export async function call<I extends z.ZodType, O extends z.ZodType>(
  contract: Endpoint<I, O>,
  input: z.input<I>,
  { signal }: { signal?: AbortSignal } = {},
): Promise<z.output<O>> {
  const { url, body } = requestOf(contract, input);
  const answer = await fetch(url, {
    method: contract.method.toUpperCase(),
    headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    body: body ?? null,
    signal: signal ?? null,
  }).catch((cause: unknown) => {
    if (signal?.aborted) throw cause;
    throw new ApiError(unreachable, { cause });
  });
  const text = await answer.text();
  if (!answer.ok) {
    if (answer.status === 401) signedOut.run();
    throw new ApiError(problemIn(text, answer.status));
  }
  return understood(contract, text);
}

function requestOf(contract: Endpoint, input: unknown): { url: string; body?: string } {
  const rest = new Map(Object.entries(Object(input)).filter(([, value]) => value !== undefined));
  const path = contract.path.replace(/:(\w+)/g, (_, name: string) => {
    const value = String(rest.get(name));
    rest.delete(name);
    return encodeURIComponent(value);
  });
  if (contract.method !== 'get') return { url: path, body: JSON.stringify(Object.fromEntries(rest)) };
  const query = new URLSearchParams([...rest].map(([name, value]) => [name, String(value)])).toString();
  return { url: query === '' ? path : `${path}?${query}` };
}

function understood<O extends z.ZodType>(contract: Endpoint<z.ZodType, O>, text: string): z.output<O> {
  try {
    return contract.output.parse(JSON.parse(text));
  } catch (cause) {
    const detail = `The answer to “${contract.summary}” could not be read. Reload the page to get the newest version.`;
    throw new ApiError(
      { type: 'internal.fault', title: 'The answer could not be read.', status: 500, instance: '', detail },
      { cause },
    );
  }
}
