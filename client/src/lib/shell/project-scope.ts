/**
 * Of which project a list is. `projectId` null: of all. `home` is the project that new records would go to, and the
 * one to narrow the list to; null while none is chosen.
 */
export type ProjectScope = { projectId: string | null; home: string | null };

/** What “all projects” is in the address. */
export const allProjects = 'all';

/** Reads `?project=`: a project, “all”, or nothing for the current one. */
export function scopeOf(parameter: string | null, currentId: string | null): ProjectScope {
  if (parameter === allProjects) return { projectId: null, home: currentId };
  const projectId = parameter ?? currentId;
  return { projectId, home: projectId };
}
