import type { Page } from '@cobench/shared/page';
import { invalidField } from '../../platform/fault.ts';

/**
 * One page of a list that only grows at its end, newest first. The cursor is how many older ones there are: it stays
 * right while new ones come.
 * @throws Fault `input.invalid` where the cursor is not one of ours.
 */
export function pageBack<T>(
  oldestFirst: readonly T[],
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Page<T> {
  const end = cursor === undefined ? oldestFirst.length : Number(cursor);
  if (!Number.isInteger(end) || end < 0 || end > oldestFirst.length) {
    throw invalidField('cursor', 'This cursor did not come from a previous page.');
  }
  const start = Math.max(0, end - limit);
  return { items: oldestFirst.slice(start, end).toReversed(), nextCursor: start > 0 ? String(start) : null };
}
