import { kioskEndpoints, type Kiosk } from '@cobench/shared/kiosks/kiosk';
import { projectEndpoints, type Project } from '@cobench/shared/projects/project';
import { SvelteMap } from 'svelte/reactivity';
import { call } from '#lib/api/call.ts';
import { PagedList } from '#lib/api/paged-list.svelte.ts';
import { Submission } from '#lib/api/submission.svelte.ts';

/** How long a link may be valid, in days; “never” ends only when it is taken back. */
export const lifetimes = ['never', '30', '90', '365'] as const;

/** The form that makes a kiosk link. Its secret is known to this object alone, and only until it goes. */
export class NewKiosk {
  name = $state('');
  shows = $state<'all' | 'chosen'>('all');
  readonly chosen = new SvelteMap<string, Project>();
  days = $state<(typeof lifetimes)[number]>('never');
  /** Part of the names of the projects that are offered. */
  q = $state('');
  made = $state.raw<(Kiosk & { secret: string }) | null>(null);
  readonly projects = new PagedList<Project>((cursor) => {
    const q = this.q.trim();
    return call(projectEndpoints.list, { limit: 50, cursor, q: q === '' ? undefined : q });
  });
  readonly sending = new Submission();
  readonly ready = $derived.by(
    () => this.name.trim() !== '' && (this.shows === 'all' || this.chosen.size > 0) && !this.sending.busy,
  );
  /** Among what is chosen are projects that not everybody sees. */
  readonly showsRestricted = $derived.by(() => [...this.chosen.values()].some(({ restricted }) => restricted));

  choose(project: Project, chosen: boolean): void {
    if (chosen) this.chosen.set(project.id, project);
    else this.chosen.delete(project.id);
  }

  async submit(): Promise<void> {
    const projectIds = this.shows === 'all' ? null : [...this.chosen.keys()];
    const expiresInDays = this.days === 'never' ? null : Number(this.days);
    this.made = await this.sending.send(() =>
      call(kioskEndpoints.create, { name: this.name, projectIds, expiresInDays }),
    );
  }
}
