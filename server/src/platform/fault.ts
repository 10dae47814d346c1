import { errorCatalogue, type ErrorCode, type FieldProblem } from '@cobench/shared/errors';

type FaultOptions = { detail?: string; errors?: FieldProblem[]; retryAfterSeconds?: number; cause?: unknown };

/** An expected failure, told to the client. Anything else that is thrown is a bug and becomes `internal.fault`. */
export class Fault extends Error {
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  readonly errors: FieldProblem[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, { detail, errors, retryAfterSeconds, cause }: FaultOptions = {}) {
    super(detail ?? errorCatalogue[code].title, { cause });
    this.name = 'Fault';
    this.code = code;
    this.detail = detail;
    this.errors = errors;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** One field of the input was refused; `field` is its name or path. */
export const invalidField = (field: string, detail: string): Fault =>
  new Fault('input.invalid', { errors: [{ pointer: `/${field}`, detail }] });
