import { fileEndpoints } from '@cobench/shared/files/endpoints';
import type { DataFile, FileVersion } from '@cobench/shared/files/file';
import { call } from '#lib/api/call.ts';
import { PagedList } from '#lib/api/paged-list.svelte.ts';

type Listed = FileVersion & { id: string };

/** The versions of a file, newest first. */
export class FileVersions {
  readonly pages: PagedList<Listed>;

  /** `id` is read when a page is asked for. */
  constructor(id: () => string) {
    this.pages = new PagedList(async (cursor) => {
      const { items, nextCursor } = await call(fileEndpoints.versions, { id: id(), cursor });
      return { items: items.map((version) => ({ ...version, id: String(version.number) })), nextCursor };
    });
  }

  /** The one of this number: the latest where none is asked for; null as long as it is not known, or there is none. */
  shown(file: DataFile, number: number | null): FileVersion | null {
    if (number === null || number === file.latest.number) return file.latest;
    return this.pages.items.find((version) => version.number === number) ?? null;
  }

  /** Reads on until this one is found, or the list ends. */
  async find(number: number): Promise<void> {
    while (this.pages.hasMore && this.pages.problem === null && !this.#has(number)) await this.pages.more();
  }

  #has(number: number): boolean {
    return this.pages.items.some((version) => version.number === number);
  }
}
