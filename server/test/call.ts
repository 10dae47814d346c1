import { pathParameters, type Endpoint } from '@cobench/shared/endpoint';
import { Problem } from '@cobench/shared/errors';
import type { z } from 'zod';

/** Whoever sends requests: a person's browser, or a machine with a key. */
export type Caller = { send(method: string, path: string, body?: unknown): Promise<Response> };

/** Calls a contract and reads its answer by it. @throws with the problem where it is refused. */
export async function call<I extends z.ZodType, O extends z.ZodType>(
  caller: Caller,
  contract: Endpoint<I, O>,
  input: z.input<I>,
): Promise<z.output<O>> {
  const response = await request(caller, contract, input);
  const text = await response.text();
  if (response.status !== (contract.status ?? 200)) throw new Error(text);
  return contract.output.parse(contract.file ? text : JSON.parse(text));
}

/** Calls a contract with any input at all and reads the problem that refuses it. @throws where it is not refused. */
export async function refusal(caller: Caller, contract: Endpoint, input: unknown): Promise<Problem> {
  const response = await request(caller, contract, input);
  if (response.ok) throw new Error(`It was not refused: ${response.status}`);
  return Problem.parse(await response.json());
}

function request(caller: Caller, { method, path, access: _access }: Endpoint, input: unknown): Promise<Response> {
  const fields = { ...(input as Record<string, unknown>) };
  let address: string = path;
  for (const name of pathParameters(path)) {
    address = address.replace(`:${name}`, encodeURIComponent(String(fields[name])));
    delete fields[name];
  }
  if (method !== 'get') return caller.send(method.toUpperCase(), address, fields);
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) query.set(name, String(value));
  return caller.send('GET', `${address}?${query.toString()}`);
}
