import { SignInFailure } from './failure.ts';

export type Fetch = typeof globalThis.fetch;

const timeLimitMs = 3000;
const sizeLimit = 256 * 1024;

type Options = RequestInit & { fetch: Fetch; maxBytes?: number };

/**
 * Asks the provider for JSON: no redirects, three seconds for all of it, a limit on its size, and nothing but JSON.
 * Answers of status 4xx are answers; the caller reads them.
 * @throws SignInFailure `provider-unreachable` where it does not answer (or with 5xx), `failed` where the answer is wrong.
 */
export async function fetchJson(
  url: string,
  { fetch, maxBytes = sizeLimit, ...init }: Options,
): Promise<{ status: number; body: unknown }> {
  try {
    const signal = AbortSignal.timeout(timeLimitMs);
    const response = await fetch(url, { ...init, redirect: 'manual', signal });
    const { status } = response;
    if (status >= 500) throw new SignInFailure('provider-unreachable', `${url} answered ${status}.`);
    if (status >= 300 && status < 400) throw new SignInFailure('failed', `${url} redirects.`);
    const type = response.headers.get('content-type') ?? '';
    if (!/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(type)) {
      throw new SignInFailure('failed', `${url} answered ${status} with "${type}", not JSON.`);
    }
    return { status, body: parse(url, await read(url, response, maxBytes)) };
  } catch (error) {
    if (error instanceof SignInFailure) throw error;
    throw new SignInFailure('provider-unreachable', `${url} does not answer.`, error);
  }
}

async function read(url: string, { body }: Response, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > maxBytes) throw new SignInFailure('failed', `${url} answered more than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(url: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SignInFailure('failed', `${url} answered malformed JSON.`, error);
  }
}
