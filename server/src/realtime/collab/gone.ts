import type { StructId } from './decode-update.ts';
import type { Run } from './run-table.ts';
import { isRoot, type TypeEntry } from './type-entry.ts';

type Known = {
  find(id: StructId): Run | undefined;
  type(number: number): TypeEntry | undefined;
  isDeleted(id: StructId): boolean;
};

/** Whether something is deleted, or anything around it is. */
export function isGone(id: StructId, known: Known): boolean {
  for (let at: StructId | undefined = id; at && !isRoot(at);) {
    const run = known.find(at);
    if (!run || run.dead || known.isDeleted(at)) return true;
    at = known.type(run.list);
  }
  return false;
}
