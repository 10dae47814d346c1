import { pathParameters, type Endpoint } from '@cobench/shared/endpoint';
import { Problem } from '@cobench/shared/errors';
import type { z } from 'zod';

/** Whoever sends requests: a person's browser, or a machine with a key. */
export type Caller = { send(method: string, path: string, body?: unknown): Promise<Response> };

/** What is sent as it is where it is bytes or a form, and as JSON otherwise. */
export function bodyOf(body: unknown): {
  headers?: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer> | FormData;
} {
  if (body === undefined) return {};
  if (body instanceof FormData) return { body };
  if (body instanceof Uint8Array) {
    return { headers: { 'content-type': 'application/octet-stream' }, body: new Uint8Array(body) };
  }
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** Calls a contract and reads its answer by it; of one that takes a file the bytes are the field `file` of the input. @throws with the problem where it is refused. */
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

function request(caller: Caller, { method, path, upload }: Endpoint, input: unknown): Promise<Response> {
  const fields = { ...(input as Record<string, unknown>) };
  let address: string = path;
  for (const name of pathParameters(path)) {
    address = address.replace(`:${name}`, encodeURIComponent(String(fields[name])));
    delete fields[name];
  }
  if (upload?.includes('multipart/form-data')) return caller.send(method.toUpperCase(), address, formOf(fields));
  if (method !== 'get' && !upload) return caller.send(method.toUpperCase(), address, fields);
  const { file, ...rest } = fields;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(rest)) query.set(name, String(value));
  return caller.send(method.toUpperCase(), `${address}?${query.toString()}`, upload ? file : undefined);
}

/** The fields first, as `file` asks for. */
function formOf({ file, ...fields }: Record<string, unknown>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) form.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  if (file instanceof Uint8Array) form.set('file', new Blob([new Uint8Array(file)]), 'data.bin');
  return form;
}
