import type { Model, QueryFilter } from 'mongoose';
import type { Scope } from '../access.ts';

/**
 * Where every list, search and count of what belongs to projects begins: what is in the organisation, and not in a project
 * that is hidden from who asks; of one project where that is named.
 */
export function inSight({ orgId, hidden, only }: Scope, projectId?: string) {
  const isSeen = (id: string) => !hidden.has(id) && (only?.has(id) ?? true);
  if (projectId !== undefined) return { orgId, projectId: isSeen(projectId) ? projectId : { $in: [] } };
  if (only) return { orgId, projectId: { $in: [...only].filter(isSeen) } };
  return { orgId, ...(hidden.size > 0 && { projectId: { $nin: [...hidden] } }) };
}

/** The ids of the records that a filter finds. */
export async function idsOf<R extends { _id: string }>(model: Model<R>, filter: QueryFilter<R>): Promise<string[]> {
  const rows = await model.find(filter).select('_id').lean<{ _id: string }[]>();
  return rows.map(({ _id }) => _id);
}
