import { fileEndpoints } from '@cobench/shared/files/endpoints';
import type { DataFile } from '@cobench/shared/files/file';
import { call } from '#lib/api/call.ts';
import { PagedList } from '#lib/api/paged-list.svelte.ts';
import type { Live } from '#lib/realtime/live.svelte.ts';
import { belongs, type FileFilter } from './file-filter.ts';

/** Milliseconds in which changes are gathered: a folder that is dropped arrives one file after the other. */
const pause = 500;

/** The files that a filter shows, live. `filter` is read reactively. */
export class FileList {
  readonly pages: PagedList<DataFile>;
  readonly #filter: () => FileFilter;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(filter: () => FileFilter) {
    this.#filter = filter;
    this.pages = new PagedList((cursor) => call(fileEndpoints.list, { cursor, limit: 100, ...queryOf(filter()) }));
  }

  /** Keeps the list as others change it. Returns its clean-up. */
  follow(live: Pick<Live, 'on' | 'onreconnect'>): () => void {
    const offs = [
      live.on('file.changed', (file) => this.changed(file)),
      live.on('file.purged', ({ id }) => this.pages.remove(id)),
      live.onreconnect(() => void this.pages.refresh()),
      () => clearTimeout(this.#timer),
    ];
    return () => offs.forEach((off) => off());
  }

  changed(file: DataFile): void {
    const shown = this.pages.items.find(({ id }) => id === file.id);
    if (shown && shown.revision > file.revision) return;
    const filter = this.#filter();
    if (!belongs(file, filter)) return this.pages.remove(file.id);
    if (shown && hasItsPlace(shown, file)) return this.pages.put(file);
    // Where it belongs in another order, and whether it is what is searched for, the server knows.
    if (filter.sort === 'newest' && filter.q === '' && !filter.trash) this.pages.toTop(file);
    else this.#soon();
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.pages.refresh();
    }, pause);
  }
}

function queryOf({ projectId, folder, flat, kind, tag, uploadedBy, q, trash, sort }: FileFilter) {
  const place = flat ? { under: folder || undefined } : { folder };
  return {
    ...(projectId !== null && { projectId, ...place }),
    ...(kind !== null && { kind }),
    ...(tag !== null && { tag }),
    ...(uploadedBy !== null && { uploadedBy }),
    ...(q !== '' && { q }),
    ...(trash && { trash: 'only' as const }),
    sort,
  };
}

/** Whether nothing changed that lists are sorted by. */
const hasItsPlace = (was: DataFile, is: DataFile): boolean =>
  was.name === is.name && was.latest.number === is.latest.number;
