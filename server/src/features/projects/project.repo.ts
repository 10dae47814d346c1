import type { Page } from '@cobench/shared/page';
import type { Project } from '@cobench/shared/projects/project';

export type ProjectQuery = { q?: string | undefined; limit: number; cursor?: string | undefined };
export type ProjectChange = { name?: string | undefined; description?: string | undefined };

/** What the feature needs from storage; every call stays within one organisation. */
export type ProjectRepo = {
  list(orgId: string, query: ProjectQuery): Promise<Page<Project>>;
  find(orgId: string, id: string): Promise<Project | null>;
  findDeleted(orgId: string, id: string): Promise<Project | null>;
  /** @throws Fault `name.taken` */
  insert(orgId: string, project: Project): Promise<Project>;
  /** Null when `version` is stale: the caller lost the race. @throws Fault `name.taken` */
  edit(orgId: string, id: string, change: ProjectChange & { version: number; at: Date }): Promise<Project | null>;
  /** Hides it and frees its name. Null when it is gone already. */
  remove(orgId: string, id: string, at: Date): Promise<Project | null>;
  /** Brings a deleted one back. @throws Fault `name.taken` */
  restore(orgId: string, id: string): Promise<Project | null>;
};
