import type { Outcome } from './file-choice.svelte.ts';

const filesOf = (count: number): string => (count === 1 ? '1 file' : `${count} files`);

/** “3 files were moved to the trash.” and, where something went wrong, what did. */
export function outcomeWords(
  { done, problems }: Outcome,
  deed: string,
): { done: string | null; problem: string | null } {
  const [first] = problems;
  const words = done.length === 1 ? `“${done[0]?.name}” was ${deed}.` : `${filesOf(done.length)} were ${deed}.`;
  const reason = first?.errors?.[0]?.detail ?? first?.detail ?? first?.title;
  return {
    done: done.length === 0 ? null : words,
    problem: problems.length === 0 ? null : `${filesOf(problems.length)} could not be ${deed}: ${reason}`,
  };
}
