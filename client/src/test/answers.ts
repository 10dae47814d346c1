import type { ErrorCode } from '@cobench/shared/errors';
import { errorCatalogue } from '@cobench/shared/errors';
import { vi } from 'vitest';

export type Sent = { method: string; url: string; body: unknown };

/**
 * Answers requests in place of the server: by `GET /api/v1/…` (the path without its query). What was sent is listed.
 * A function may return a promise; a `Response` goes out as it is.
 */
export function answers(byRequest: Record<string, unknown>): Sent[] {
  const sent: Sent[] = [];
  vi.stubGlobal('fetch', async (url: string, init: RequestInit = {}) => {
    const request = {
      method: init.method ?? 'GET',
      url,
      body: typeof init.body === 'string' ? JSON.parse(init.body) : undefined,
    };
    sent.push(request);
    const key = `${request.method} ${url.split('?')[0]}`;
    if (!(key in byRequest)) throw new Error(`nothing answers ${key}`);
    const answer = byRequest[key];
    const body = await (typeof answer === 'function' ? answer(request) : answer);
    return body instanceof Response ? body : Response.json(body);
  });
  return sent;
}

/** An answer of the server that refuses. */
export function refusal(type: ErrorCode, more: object = {}): Response {
  const { status, title } = errorCatalogue[type];
  return Response.json({ type, title, status, instance: 'request-1', ...more }, { status });
}

export const pageOf = <T>(items: T[], nextCursor: string | null = null) => ({ items, nextCursor });
