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
