import type { z } from 'zod';

/** Options as they stand on a command line. */
export type Given = Readonly<Record<string, string | boolean | undefined>>;

/** @throws with one sentence where an option is missing or wrong */
export function parsed<Shape extends z.ZodType>(shape: Shape, given: unknown): z.infer<Shape> {
  const result = shape.safeParse(given);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Error(`${issue?.path.join('.') || 'The key'} is missing or wrong: ${issue?.message}`);
}
