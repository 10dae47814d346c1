import { fileEndpoints, type FolderCount } from '@cobench/shared/files/endpoints';
import { call } from '#lib/api/call.ts';
import { Submission } from '#lib/api/submission.svelte.ts';
import type { Live } from '#lib/realtime/live.svelte.ts';

export type FolderPlace = { projectId: string | null; folder: string };
const pause = 700;

/** The folders directly in the one where one stands, live. `place` is read reactively; without a project there are none. */
export class FileFolders {
  items = $state.raw<readonly FolderCount[]>([]);
  readonly #place: () => FolderPlace;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;

  constructor(place: () => FolderPlace) {
    this.#place = place;
  }

  async load(): Promise<void> {
    const { projectId, folder } = this.#place();
    const turn = ++this.#turn;
    if (projectId === null) {
      this.items = [];
      return;
    }
    const answer = await new Submission().send(() => call(fileEndpoints.folders, { projectId, parent: folder }));
    // Without an answer the list itself says what is wrong.
    if (turn === this.#turn) this.items = answer?.items ?? [];
  }

  /** Counts again when files come and go. Returns its clean-up. */
  follow(live: Pick<Live, 'on' | 'onreconnect'>): () => void {
    const soon = () => {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        void this.load();
      }, pause);
    };
    const offs = [
      live.on('file.changed', ({ projectId }) => projectId === this.#place().projectId && soon()),
      live.on('file.purged', soon),
      live.onreconnect(() => void this.load()),
      () => clearTimeout(this.#timer),
    ];
    return () => offs.forEach((off) => off());
  }
}

/** The folders above a place, the place itself last: each with its name and its path. */
export function trailOf(folder: string): { name: string; path: string }[] {
  if (folder === '') return [];
  const names = folder.split('/');
  return names.map((name, at) => ({ name, path: names.slice(0, at + 1).join('/') }));
}
