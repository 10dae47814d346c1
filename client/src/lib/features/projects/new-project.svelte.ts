import { projectEndpoints, type Project } from '@cobench/shared/projects/project';
import { call } from '#lib/api/call.ts';
import { Submission } from '#lib/api/submission.svelte.ts';

/** The form that creates a project. */
export class NewProject {
  name = $state('');
  description = $state('');
  readonly sending = new Submission();
  readonly ready = $derived.by(() => this.name.trim() !== '' && !this.sending.busy);

  submit(): Promise<Project | null> {
    return this.sending.send(() => call(projectEndpoints.create, { name: this.name, description: this.description }));
  }
}
