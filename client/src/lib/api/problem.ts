import { errorCatalogue, Problem, type ErrorCode } from '@cobench/shared/errors';

/** A request that failed, with what the person may be told about it. */
export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.detail ?? problem.title, options);
    this.name = 'ApiError';
    this.problem = problem;
  }
}

/** What is shown when no answer came at all. Its status is 0, as no server spoke. */
export const unreachable: Problem = {
  type: 'service.unavailable',
  title: 'The server cannot be reached.',
  detail: 'Check the network connection and try again.',
  status: 0,
  instance: '',
};

/** The problem of a failed call. Anything that is not a failed call is a bug and is thrown on. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem;
  throw error;
}

/** Whether what an address names is not there: deleted, of another organisation, or no id at all. */
export const isMissing = (problem: Problem | null): boolean =>
  problem?.type === 'resource.missing' || problem?.type === 'input.invalid';

/** Whether no server spoke, or one that is in trouble: what is known from before is the best there is. */
export const isUnreachable = ({ status }: Problem): boolean => status === 0 || status >= 500;

/** Reads problem details; a proxy's HTML page becomes the problem that fits its status best. */
export function problemIn(text: string, status: number): Problem {
  try {
    return Problem.parse(JSON.parse(text));
  } catch {
    const type = codeFor(status);
    return { type, title: errorCatalogue[type].title, status, instance: '' };
  }
}

function codeFor(status: number): ErrorCode {
  if (status === 401) return 'auth.required';
  if (status === 403) return 'access.denied';
  if (status === 404) return 'resource.missing';
  if (status === 413) return 'input.too-large';
  if (status === 429) return 'rate.limited';
  return status >= 502 ? 'service.unavailable' : 'internal.fault';
}
