import { setClock } from '#lib/ui/clock.ts';
import { ApiError, problemIn, unreachable } from './problem.ts';
import { signedOut } from './signed-out.ts';

/**
 * Sends a request and answers the text of its body. Rejects with `ApiError` for an unreachable server and for every
 * answer that is not a success; with an `AbortError` when `init.signal` fires.
 */
export async function request(url: string, init: RequestInit = {}): Promise<string> {
  const answer = await fetch(url, init).catch((cause: unknown) => {
    if (init.signal?.aborted) throw cause;
    throw new ApiError(unreachable, { cause });
  });
  setClock(answer.headers.get('date'));
  const text = await answer.text();
  if (answer.ok) return text;
  if (answer.status === 401) signedOut.run();
  throw new ApiError(problemIn(text, answer.status));
}

/** Reads an answer. One that does not fit is most likely newer or older than this page: it says to reload. */
export function understood<T>(read: (body: unknown) => T, text: string): T {
  try {
    return read(JSON.parse(text));
  } catch (cause) {
    const problem = {
      type: 'internal.fault',
      title: 'The answer of the server could not be read.',
      status: 500,
      instance: '',
      detail: 'Reload the page to get its newest version.',
    } as const;
    throw new ApiError(problem, { cause });
  }
}
