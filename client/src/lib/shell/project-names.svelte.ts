import { projectEndpoints, type Project } from '@cobench/shared/projects/project';
import { SvelteMap } from 'svelte/reactivity';
import { call } from '#lib/api/call.ts';
import { ApiError } from '#lib/api/problem.ts';

/** What projects are called, for lists whose records know only the id. Each name is fetched once, then kept up live. */
export class ProjectNames {
  readonly #names = new SvelteMap<string, string>();
  readonly #asked: Record<string, true> = {};

  /** Undefined until it is known; reading it in a template asks for it. */
  of(id: string): string | undefined {
    const name = this.#names.get(id);
    if (name === undefined && !this.#asked[id]) void this.#ask(id);
    return name;
  }

  learn({ id, name }: Pick<Project, 'id' | 'name'>): void {
    this.#names.set(id, name);
  }

  /** One does not see it any more. */
  forget(id: string): void {
    this.#names.delete(id);
    delete this.#asked[id];
  }

  async #ask(id: string): Promise<void> {
    this.#asked[id] = true;
    try {
      this.learn(await call(projectEndpoints.get, { id }));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // A name is an ornament: the list stands without it, and the next reader asks again.
      delete this.#asked[id];
    }
  }
}
