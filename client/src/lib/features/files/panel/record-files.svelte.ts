import { fileEndpoints } from '@cobench/shared/files/endpoints';
import type { Attachment, DataFile } from '@cobench/shared/files/file';
import { call } from '#lib/api/call.ts';
import { PagedList } from '#lib/api/paged-list.svelte.ts';
import type { Live } from '#lib/realtime/live.svelte.ts';

/** The files of a run or an entry, newest first, live. `record` is read reactively. */
export class RecordFiles {
  readonly pages: PagedList<DataFile>;
  readonly #record: () => Attachment;

  constructor(record: () => Attachment) {
    this.#record = record;
    this.pages = new PagedList((cursor) => {
      const { kind, id } = record();
      return call(fileEndpoints.list, { cursor, limit: 24, ...(kind === 'run' ? { runId: id } : { entryId: id }) });
    });
  }

  /** Keeps the list as others change it. Returns its clean-up. */
  follow(live: Pick<Live, 'on' | 'onreconnect'>): () => void {
    const offs = [
      live.on('file.changed', (file) => this.#changed(file)),
      live.on('file.purged', ({ id }) => this.pages.remove(id)),
      live.onreconnect(() => void this.pages.refresh()),
    ];
    return () => offs.forEach((off) => off());
  }

  #changed(file: DataFile): void {
    const shown = this.pages.items.find(({ id }) => id === file.id);
    if (shown && shown.revision > file.revision) return;
    const { kind, id } = this.#record();
    const belongs = file.deletedAt === null && file.attachments.some((one) => one.kind === kind && one.id === id);
    if (!belongs) this.pages.remove(file.id);
    else if (shown) this.pages.put(file);
    else this.pages.toTop(file);
  }
}
