import { projectEndpoints, type Project } from '@cobench/shared/projects/project';
import { call } from '#lib/api/call.ts';
import { Submission } from '#lib/api/submission.svelte.ts';

/** Renaming and describing one project in its row. */
export class ProjectEdit {
  name = $state('');
  description = $state('');
  /** The project as somebody else left it meanwhile: saving again replaces that knowingly. */
  theirs = $state.raw<Project | null>(null);
  readonly sending = new Submission();
  readonly ready = $derived.by(() => this.name.trim() !== '' && !this.sending.busy);
  readonly #id: string;
  #version: number;

  constructor({ id, name, description, version }: Project) {
    this.#id = id;
    this.#version = version;
    this.name = name;
    this.description = description;
  }

  /** The project as saved; null when it was refused. After a conflict the draft is kept and the next save goes through. */
  async submit(): Promise<Project | null> {
    const draft = { id: this.#id, version: this.#version, name: this.name, description: this.description };
    const saved = await this.sending.send(() => call(projectEndpoints.edit, draft));
    if (this.sending.problem?.type === 'edit.conflict') await this.#lookAgain();
    return saved;
  }

  async #lookAgain(): Promise<void> {
    const conflict = this.sending.problem;
    const theirs = await this.sending.send(() => call(projectEndpoints.get, { id: this.#id }));
    if (theirs === null) return;
    this.sending.problem = conflict;
    this.theirs = theirs;
    this.#version = theirs.version;
  }
}
