import { FileTag } from '@cobench/shared/files/file';
import type { Pick } from '#lib/ui/pick-list.svelte.ts';

/** Tags to pick while one is typed: those in use that fit, and what is typed itself where it is none of them. */
export function offeredTags(
  text: string,
  { used, has }: { used: readonly string[]; has: readonly string[] },
): readonly Pick[] {
  const typed = FileTag.safeParse(text).data;
  const wanted = text.trim().toLowerCase();
  const fitting = used.filter((tag) => !has.includes(tag) && tag.toLowerCase().includes(wanted)).slice(0, 20);
  const isNew = typed !== undefined && !has.includes(typed) && !used.includes(typed);
  return [
    ...fitting.map((tag) => ({ id: tag, label: tag })),
    ...(isNew ? [{ id: typed, label: typed, hint: 'new' }] : []),
  ];
}
