import type { Page } from '@cobench/shared/page';
import type { Project } from '@cobench/shared/projects/project';
import type { Scope } from '../../platform/access.ts';

export type ProjectQuery = { q?: string | undefined; limit: number; cursor?: string | undefined };
export type ProjectChange = { name?: string | undefined; description?: string | undefined };

/** A project with the ids of its people; whoever of them has left the organisation is nobody. */
export type PeopledProject = Project & { people: string[] };
export type AccessChange = { restricted: boolean; people: readonly string[] };

/** What the feature needs from storage; every call stays within one organisation. */
export type ProjectRepo = {
  list(scope: Scope, query: ProjectQuery): Promise<Page<Project>>;
  find(orgId: string, id: string): Promise<Project | null>;
  findDeleted(orgId: string, id: string): Promise<Project | null>;
  findPeopled(orgId: string, id: string): Promise<PeopledProject | null>;
  /** @throws Fault `name.taken` */
  insert(orgId: string, project: Project): Promise<Project>;
  /** Null when `version` is stale: the caller lost the race. @throws Fault `name.taken` */
  edit(orgId: string, id: string, change: ProjectChange & { version: number; at: Date }): Promise<Project | null>;
  /** Null when `version` is stale. */
  restrict(
    orgId: string,
    id: string,
    change: AccessChange & { version: number; at: Date },
  ): Promise<PeopledProject | null>;
  /** For each of these people the ids of the restricted projects, deleted ones too, that they are not among the people of. */
  hiddenFrom(orgId: string, personIds: readonly string[]): Promise<(personId: string) => ReadonlySet<string>>;
  /** Hides it and frees its name. Null when it is gone already. */
  remove(orgId: string, id: string, at: Date): Promise<Project | null>;
  /** Brings a deleted one back. @throws Fault `name.taken` */
  restore(orgId: string, id: string): Promise<Project | null>;
};
