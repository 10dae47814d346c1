import type { z } from 'zod';
import type { Action } from './access/permissions.ts';

/**
 * One HTTP contract. The server binds it, the client calls it, OpenAPI is generated from it: no URL and no shape is
 * written twice.
 */
export type Endpoint<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> = {
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  readonly path: `/api/v1/${string}`;
  /** What one needs to call it: an action of the permission table, only a sign-in, or nothing. */
  readonly access: Action | 'signed-in' | 'anybody';
  /** One line for the API reference. */
  readonly summary: string;
  /** Path parameters, query and body merged into one flat object. */
  readonly input: I;
  readonly output: O;
  /** 200 unless something is created (201). */
  readonly status?: 201;
  /** Answered as a file to keep, not as JSON; the output is its text. */
  readonly file?: true;
  /** The body is a file of one of these media types, not JSON; what is no path parameter is in the query. */
  readonly upload?: readonly string[];
};

/** Declares a contract; exists for inference. */
export const endpoint = <I extends z.ZodType, O extends z.ZodType>(contract: Endpoint<I, O>): Endpoint<I, O> =>
  contract;

/** The names of the path parameters of a contract, in order. */
export const pathParameters = (path: string): string[] =>
  [...path.matchAll(/:(\w+)/g)].map((match) => String(match[1]));
