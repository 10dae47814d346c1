import { fileEndpoints } from '@cobench/shared/files/endpoints';
import type { DataFile } from '@cobench/shared/files/file';
import type { Problem } from '@cobench/shared/errors';
import { call } from '#lib/api/call.ts';
import { problemOf } from '#lib/api/problem.ts';

/** What was done with several files, and what was not. */
export type Outcome = { done: readonly DataFile[]; problems: readonly Problem[] };

/** So many go into one archive. */
export const mostInArchive = 100;
/** How many requests are under way at once. */
const atOnce = 4;

/** The files of a list that are chosen, to do something with all of them. `listed` is read reactively. */
export class FileChoice {
  busy = $state(false);
  #ids = $state.raw<Readonly<Record<string, true>>>({});
  readonly #listed: () => readonly DataFile[];
  /** Only what is listed: what is out of sight is not acted upon. */
  readonly files = $derived.by((): readonly DataFile[] => this.#listed().filter(({ id }) => this.#ids[id]));
  readonly isAll = $derived.by(() => this.files.length > 0 && this.files.length === this.#listed().length);

  constructor(listed: () => readonly DataFile[]) {
    this.#listed = listed;
  }

  has(id: string): boolean {
    return this.#ids[id] === true;
  }

  toggle(id: string): void {
    const { [id]: was, ...others } = this.#ids;
    this.#ids = was ? others : { ...this.#ids, [id]: true };
  }

  toggleAll(): void {
    this.#ids = this.isAll ? {} : Object.fromEntries(this.#listed().map(({ id }) => [id, true]));
  }

  clear(): void {
    this.#ids = {};
  }

  trash = (): Promise<Outcome> => this.#each(this.files, ({ id }) => call(fileEndpoints.remove, { id }));

  restore = (files: readonly DataFile[] = this.files): Promise<Outcome> =>
    this.#each(files, ({ id }) => call(fileEndpoints.restore, { id }));

  move = (folder: string): Promise<Outcome> =>
    this.#each(this.files, ({ id, revision }) => call(fileEndpoints.edit, { id, revision, folder }));

  tag = (tag: string): Promise<Outcome> =>
    this.#each(
      this.files.filter(({ tags }) => !tags.includes(tag)),
      ({ id, revision, tags }) => call(fileEndpoints.edit, { id, revision, tags: [...tags, tag] }),
    );

  purge = (): Promise<Outcome> =>
    this.#each(this.files, async (file) => {
      await call(fileEndpoints.purge, { id: file.id });
      return file;
    });

  async #each(files: readonly DataFile[], act: (file: DataFile) => Promise<DataFile>): Promise<Outcome> {
    const [left, done, problems]: [DataFile[], DataFile[], Problem[]] = [[...files], [], []];
    const work = async () => {
      for (let file = left.shift(); file !== undefined; file = left.shift()) {
        try {
          done.push(await act(file));
        } catch (error) {
          problems.push(problemOf(error));
        }
      }
    };
    this.busy = true;
    try {
      await Promise.all(Array.from({ length: atOnce }, work));
    } finally {
      this.busy = false;
    }
    return { done, problems };
  }
}
