import { seriesEndpoints } from '@cobench/shared/series/endpoints';
import type { Series, SeriesEdit } from '@cobench/shared/series/series';
import { call } from '#lib/api/call.ts';
import { Submission } from '#lib/api/submission.svelte.ts';

/** Saves changes of a control chart. Only what was changed is sent, so that others' changes stay. */
export class SeriesSaving {
  /** The chart as somebody else left it meanwhile: saving again changes that knowingly. */
  theirs = $state.raw<Series | null>(null);
  readonly submission = new Submission();
  readonly #id: string;
  #revision: number;

  constructor({ id, revision }: Pick<Series, 'id' | 'revision'>) {
    this.#id = id;
    this.#revision = revision;
  }

  /** The chart as saved; null when it was refused. After a conflict the next attempt goes through. */
  async save(edit: SeriesEdit): Promise<Series | null> {
    const revision = this.#revision;
    const saved = await this.submission.send(() => call(seriesEndpoints.edit, { id: this.#id, revision, ...edit }));
    if (saved) this.#revision = saved.revision;
    if (this.submission.problem?.type === 'edit.conflict') await this.#lookAgain();
    return saved;
  }

  async #lookAgain(): Promise<void> {
    const conflict = this.submission.problem;
    const theirs = await this.submission.send(() => call(seriesEndpoints.get, { id: this.#id }));
    if (theirs === null) return;
    this.submission.problem = conflict;
    this.theirs = theirs;
    this.#revision = theirs.revision;
  }
}
