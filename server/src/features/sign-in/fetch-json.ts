import { readAtMost } from '../../platform/http/read-at-most.ts';
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
    const bytes = await readAtMost(response, maxBytes);
    if (!bytes) throw new SignInFailure('failed', `${url} answered more than ${maxBytes} bytes.`);
    return { status, body: parse(url, bytes.toString('utf8')) };
  } catch (error) {
    if (error instanceof SignInFailure) throw error;
    throw new SignInFailure('provider-unreachable', `${url} does not answer.`, error);
  }
}

function parse(url: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SignInFailure('failed', `${url} answered malformed JSON.`, error);
  }
}
