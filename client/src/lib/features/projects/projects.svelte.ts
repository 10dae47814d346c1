import { projectEndpoints, type Project } from '@cobench/shared/projects/project';
import { call } from '#lib/api/call.ts';
import { PagedList } from '#lib/api/paged-list.svelte.ts';
import type { Live } from '#lib/realtime/live.svelte.ts';

/** The projects of the organisation by name, kept current. `search` is read reactively. */
export class Projects {
  readonly list: PagedList<Project>;

  constructor(search: () => string, { pageSize = 50 }: { pageSize?: number } = {}) {
    this.list = new PagedList((cursor) =>
      call(projectEndpoints.list, { limit: pageSize, cursor, q: search() || undefined }),
    );
  }

  /** Keeps the list as others change it. Returns its clean-up. */
  follow(live: Pick<Live, 'on' | 'onreconnect'>): () => void {
    const offs = [
      live.on('project.changed', (project) => this.#changed(project)),
      live.on('project.deleted', ({ id }) => this.list.remove(id)),
      live.onreconnect(() => void this.list.refresh()),
    ];
    return () => offs.forEach((off) => off());
  }

  async remove(project: Project): Promise<void> {
    await call(projectEndpoints.remove, { id: project.id });
    this.list.remove(project.id);
  }

  async restore(project: Project): Promise<void> {
    await call(projectEndpoints.restore, { id: project.id });
    await this.list.refresh();
  }

  /** One that is not shown may belong between two that are: the list is read again. */
  #changed(project: Project): void {
    if (this.list.items.some(({ id }) => id === project.id)) this.list.put(project);
    else void this.list.refresh();
  }
}
