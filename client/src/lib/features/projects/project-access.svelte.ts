import type { Problem } from '@cobench/shared/errors';
import type { PersonRef } from '@cobench/shared/identity/person-ref';
import { mostProjectPeople, projectEndpoints, type Project } from '@cobench/shared/projects/project';
import { call } from '#lib/api/call.ts';
import { problemOf } from '#lib/api/problem.ts';
import { Submission } from '#lib/api/submission.svelte.ts';

/** Who is choosing: somebody who stays among the people, unless they see every project anyway. */
export type Chooser = PersonRef & { seesAll: boolean };

/** The form that chooses who sees a project. */
export class ProjectAccessForm {
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  /** Why nobody knows who sees it. */
  problem = $state.raw<Problem | null>(null);
  restricted = $state(false);
  people = $state.raw<readonly PersonRef[]>([]);
  readonly sending = new Submission();
  readonly isFull = $derived.by(() => this.people.length >= mostProjectPeople);
  readonly #id: string;
  readonly #me: Chooser;
  #version = 0;

  constructor({ id }: Pick<Project, 'id'>, me: Chooser) {
    this.#id = id;
    this.#me = me;
  }

  async load(): Promise<void> {
    this.state = 'loading';
    try {
      const { restricted, people, version } = await call(projectEndpoints.access, { id: this.#id });
      this.#version = version;
      this.restricted = restricted;
      this.people = people;
      this.state = 'ready';
      if (restricted) this.#stay();
    } catch (error) {
      this.problem = problemOf(error);
      this.state = 'failed';
    }
  }

  restrict(restricted: boolean): void {
    this.restricted = restricted;
    if (restricted) this.#stay();
  }

  has = (id: string): boolean => this.people.some((person) => person.id === id);

  /** Whether somebody can be taken out: whoever chooses stays. */
  canRemove = (id: string): boolean => this.#me.seesAll || id !== this.#me.id;

  add({ id, name }: PersonRef): void {
    if (this.has(id) || this.isFull) return;
    this.people = [...this.people, { id, name }].toSorted((a, b) => a.name.localeCompare(b.name, 'en'));
  }

  remove(id: string): void {
    if (this.canRemove(id)) this.people = this.people.filter((person) => person.id !== id);
  }

  /** The project as it is then; null where it was refused. What somebody else changed meanwhile the next try replaces. */
  async submit(): Promise<Project | null> {
    const people = this.restricted ? this.people.map(({ id }) => id) : [];
    const choice = { id: this.#id, version: this.#version, restricted: this.restricted, people };
    const saved = await this.sending.send(() => call(projectEndpoints.restrict, choice));
    if (this.sending.problem?.type === 'edit.conflict') await this.#lookAgain();
    return saved;
  }

  async #lookAgain(): Promise<void> {
    const conflict = this.sending.problem;
    const now = await this.sending.send(() => call(projectEndpoints.access, { id: this.#id }));
    if (now === null) return;
    this.#version = now.version;
    this.sending.problem = conflict && {
      ...conflict,
      detail: `${conflict.title} Save again to have it as it is here.`,
    };
  }

  #stay(): void {
    if (!this.#me.seesAll) this.add(this.#me);
  }
}
