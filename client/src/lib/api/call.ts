import type { Endpoint } from '@cobench/shared/endpoint';
import type { z } from 'zod';
import { request, understood } from './request.ts';

/**
 * Calls an endpoint of the contract. Path parameters leave the input; the rest is the query (GET) or the JSON body.
 * Rejects with `ApiError` for every answer that is not a success, for an unreachable server, and for an answer that does
 * not fit the contract; with an `AbortError` when `signal` fires.
 */
export async function call<I extends z.ZodType, O extends z.ZodType>(
  contract: Endpoint<I, O>,
  input: z.input<I>,
  { signal }: { signal?: AbortSignal } = {},
): Promise<z.output<O>> {
  const { url, body } = addressed(contract, input);
  const text = await request(url, {
    method: contract.method.toUpperCase(),
    headers: { accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body }),
    ...(signal && { signal }),
  });
  return understood((answer) => contract.output.parse(answer), text);
}

/** The same for an endpoint that takes a file: its bytes are the body, the rest of the input is the query. */
export async function upload<I extends z.ZodType, O extends z.ZodType>(
  contract: Endpoint<I, O>,
  input: z.input<I>,
  file: Blob,
): Promise<z.output<O>> {
  const headers = { accept: 'application/json', 'content-type': file.type || 'application/octet-stream' };
  const text = await request(addressed(contract, input).url, {
    method: contract.method.toUpperCase(),
    headers,
    body: file,
  });
  return understood((answer) => contract.output.parse(answer), text);
}

/** Where an endpoint that answers with a file is, for a link that downloads it. */
export const fileAddress = <I extends z.ZodType>(contract: Endpoint<I>, input: z.input<I>): string =>
  addressed(contract, input).url;

function addressed(contract: Endpoint, input: unknown): { url: string; body?: string } {
  const rest = new Map(Object.entries(Object(input)).filter(([, value]) => value !== undefined));
  const path = contract.path.replace(/:(\w+)/g, (_, name: string) => {
    const value = String(rest.get(name));
    rest.delete(name);
    return encodeURIComponent(value);
  });
  if (contract.method !== 'get' && !contract.upload)
    return { url: path, body: JSON.stringify(Object.fromEntries(rest)) };
  const query = new URLSearchParams([...rest].map(([name, value]) => [name, String(value)])).toString();
  return { url: query === '' ? path : `${path}?${query}` };
}
