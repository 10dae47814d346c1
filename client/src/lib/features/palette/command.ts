import type { Pick } from '#lib/ui/pick-list.svelte.ts';

/** Something that can be chosen in the command palette: a page to go to, or a deed. */
export type Command = Pick & {
  /** Further words it is found by. */
  words?: string;
  run: () => void;
};

/** The commands in which every typed word begins some word of theirs. */
export function matching(commands: readonly Command[], text: string): Command[] {
  const typed = wordsOf(text);
  return commands.filter(({ label, words = '' }) => {
    const own = wordsOf(`${label} ${words}`);
    return typed.every((word) => own.some((candidate) => candidate.startsWith(word)));
  });
}

const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
