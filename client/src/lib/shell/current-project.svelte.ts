import { projectEndpoints, type Project } from '@cobench/shared/projects/project';
import { call } from '#lib/api/call.ts';
import { problemOf } from '#lib/api/problem.ts';

/** The project one works in: chosen in the top bar, remembered per organisation, the same in every tab. */
export class CurrentProject {
  /** Null: all projects of the organisation. */
  project = $state.raw<Project | null>(null);
  /** The id is known at once, the record a moment later. */
  id = $state<string | null>(null);
  #key = '';

  /** Takes up what was chosen last in this organisation. */
  async restore(organisationId: string): Promise<void> {
    this.#key = `cobench.project.${organisationId}`;
    await this.#take(localStorage.getItem(this.#key));
  }

  choose(project: Project | null): void {
    this.project = project;
    this.id = project?.id ?? null;
    if (project === null) localStorage.removeItem(this.#key);
    else localStorage.setItem(this.#key, project.id);
  }

  /** Follows what another tab chose. */
  async adopt({ key, newValue }: { key: string | null; newValue: string | null }): Promise<void> {
    if (key === this.#key) await this.#take(newValue);
  }

  /** A project changed: keeps its name up to date. */
  changed(project: Project): void {
    if (project.id === this.id) this.project = project;
  }

  /** It was deleted, or one does not see it any more. */
  deleted(id: string): void {
    if (id === this.id) this.choose(null);
  }

  async #take(id: string | null): Promise<void> {
    this.id = id;
    this.project = null;
    if (id === null) return;
    try {
      const project = await call(projectEndpoints.get, { id });
      if (this.id === id) this.project = project;
    } catch (error) {
      const problem = problemOf(error);
      if (this.id !== id) return;
      // Deleted since, or of no use: the choice is forgotten. Without an answer the id alone does for now.
      if (problem.type === 'resource.missing' || problem.type === 'input.invalid') this.choose(null);
    }
  }
}
