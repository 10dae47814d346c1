import type { Problem } from '@cobench/shared/errors';
import { fileEndpoints } from '@cobench/shared/files/endpoints';
import type { DataFile } from '@cobench/shared/files/file';
import { call } from '#lib/api/call.ts';
import { isMissing, problemOf } from '#lib/api/problem.ts';
import type { Live } from '#lib/realtime/live.svelte.ts';

/** One file: fetched once, then as it is changed. */
export class FilePage {
  file = $state.raw<DataFile | null>(null);
  problem = $state.raw<Problem | null>(null);
  /** It was removed for good, or its project is not seen any more, while it was open. */
  gone = $state(false);
  readonly missing = $derived.by(() => this.gone || (this.file === null && isMissing(this.problem)));
  readonly id: string;
  readonly #live: Pick<Live, 'on' | 'onreconnect'>;

  constructor(id: string, live: Pick<Live, 'on' | 'onreconnect'>) {
    this.id = id;
    this.#live = live;
  }

  /** Fetches and listens until the returned clean-up is called. */
  follow(): () => void {
    const offs = [
      this.#live.on('file.changed', (file) => {
        if (file.id === this.id) this.put(file);
      }),
      this.#live.on('file.purged', ({ id }) => {
        if (id === this.id) this.gone = true;
      }),
      this.#live.on('project.deleted', ({ id }) => {
        if (id === this.file?.projectId) void this.load();
      }),
      this.#live.on('session.projects', ({ lost }) => {
        if (this.file && lost.includes(this.file.projectId)) void this.load();
      }),
      this.#live.onreconnect(() => void this.load()),
    ];
    void this.load();
    return () => offs.forEach((off) => off());
  }

  /** Fetches it anew, quietly; also what “try again” does. What one may not see any more is not shown any longer. */
  async load(): Promise<void> {
    try {
      this.put(await call(fileEndpoints.get, { id: this.id }));
      this.problem = null;
    } catch (error) {
      this.problem = problemOf(error);
      this.gone = this.file !== null && isMissing(this.problem);
    }
  }

  /** Takes over the file as it is now, unless a newer copy is known. */
  put(file: DataFile): void {
    this.gone = false;
    if (this.file === null || file.revision >= this.file.revision) this.file = file;
  }
}
