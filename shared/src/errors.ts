import { z } from 'zod';

/** Every failure a client may be told. The code is the contract (RFC 9457 `type`), the words may change. */
export const errorCatalogue = {
  'auth.required': { status: 401, title: 'Sign in to continue.' },
  'credentials.wrong': { status: 403, title: 'E-mail or password is wrong.' },
  'second-factor.required': { status: 403, title: 'Sign in with a second factor to continue.' },
  'second-factor.wrong': { status: 403, title: 'The code or passkey is wrong.' },
  'confirmation.required': { status: 403, title: 'Confirm that it is you to continue.' },
  'kiosk.over': { status: 403, title: 'This screen has no kiosk link that is valid.' },
  'access.denied': { status: 403, title: 'Your role does not allow this.' },
  'origin.foreign': { status: 403, title: 'This request came from another site.' },
  'resource.missing': { status: 404, title: 'It does not exist, or you cannot see it.' },
  'edit.conflict': { status: 409, title: 'Someone changed it first.' },
  'state.conflict': { status: 409, title: 'It is not in a state that allows this.' },
  'instrument.locked-out': { status: 409, title: 'The instrument may not be used now.' },
  'booking.taken': { status: 409, title: 'It is booked at that time.' },
  'name.taken': { status: 409, title: 'That name is already in use.' },
  'input.invalid': { status: 400, title: 'Some fields need attention.' },
  'input.malformed': { status: 400, title: 'The request body could not be read.' },
  'input.too-large': { status: 413, title: 'The request is too large.' },
  'quota.exceeded': { status: 413, title: 'There is no room for it.' },
  'input.unsupported': { status: 415, title: 'Send JSON.' },
  'upload.protocol': { status: 412, title: 'Uploads speak the tus protocol 1.0.0.' },
  'rate.limited': { status: 429, title: 'Too many attempts. Wait a little and try again.' },
  'internal.fault': { status: 500, title: 'The server failed. The fault was logged.' },
  'service.unavailable': { status: 503, title: 'A part of the server does not answer. Try again in a moment.' },
} as const satisfies Record<string, { status: number; title: string }>;
export type ErrorCode = keyof typeof errorCatalogue;

/** Codes in a fixed order, for schemas. */
export const errorCodes = Object.keys(errorCatalogue) as [ErrorCode, ...ErrorCode[]];

/** One field that was refused: a JSON pointer into the input, and why. */
export const FieldProblem = z.object({ pointer: z.string(), detail: z.string() }).meta({ id: 'FieldProblem' });
export type FieldProblem = z.infer<typeof FieldProblem>;

/** RFC 9457 problem details, as `application/problem+json`. */
export const Problem = z
  .object({
    type: z.enum(errorCodes),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    /** The request id: quote it to an administrator, it finds the log line. */
    instance: z.string(),
    errors: z.array(FieldProblem).optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;
