/** One field that was refused: a JSON pointer into what was sent, and why. */
export type FieldProblem = { pointer: string; detail: string };

/** What was wrong with the field that `name` points at (“name” or “limits/center”), in one text. */
export const problemAt = (problems: readonly FieldProblem[] | undefined, name: string): string | undefined =>
  problems?.find(({ pointer }) => pointer === `/${name}`)?.detail;
