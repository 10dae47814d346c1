import type { Scope } from '../access.ts';

/**
 * Where every list, search and count of what belongs to projects begins: what is in the organisation, and not in a project
 * that is hidden from who asks; of one project where that is named.
 */
export function inSight({ orgId, hidden }: Scope, projectId?: string) {
  if (projectId !== undefined) return { orgId, projectId: hidden.has(projectId) ? { $in: [] } : projectId };
  return { orgId, ...(hidden.size > 0 && { projectId: { $nin: [...hidden] } }) };
}
