import type { Attachment } from '@cobench/shared/files/file';
import { notebookEndpoints } from '@cobench/shared/notebook/entry';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import NotebookText from '@lucide/svelte/icons/notebook-text';
import Play from '@lucide/svelte/icons/play';
import { call } from '#lib/api/call.ts';
import { problemOf } from '#lib/api/problem.ts';
import type { Pick, PickGroup } from '#lib/ui/pick-list.svelte.ts';

export type RecordPick = Pick & { attachment: Attachment };

/** How many of each kind are offered. */
const limit = 8;

/** Runs and entries of a project that a file can be attached to: by name while one types, the newest otherwise. */
export class RecordOffers {
  groups = $state.raw<readonly PickGroup<RecordPick>[]>([]);
  busy = $state(false);
  /** Why there are none. */
  problem = $state<string | null>(null);
  #turn = 0;

  async search(text: string, { projectId, has }: { projectId: string; has: readonly Attachment[] }): Promise<void> {
    const turn = ++this.#turn;
    this.busy = true;
    try {
      const query = { projectId, limit, q: text.trim() || undefined };
      const [runs, entries] = await Promise.all([call(runEndpoints.list, query), call(notebookEndpoints.list, query)]);
      if (turn !== this.#turn) return;
      const isNew = ({ id }: { id: string }) => !has.some((one) => one.id === id);
      this.groups = [
        {
          heading: 'Runs',
          items: runs.items.filter(isNew).map(({ id, name, state }) => ({
            id,
            label: name,
            icon: Play,
            hint: state,
            attachment: { kind: 'run', id },
          })),
        },
        {
          heading: 'Entries',
          items: entries.items
            .filter(isNew)
            .map(({ id, title }) => ({ id, label: title, icon: NotebookText, attachment: { kind: 'entry', id } })),
        },
      ];
      this.problem = this.groups.every(({ items }) => items.length === 0) ? 'Nothing like that in this project.' : null;
    } catch (error) {
      if (turn === this.#turn) this.problem = problemOf(error).title;
    } finally {
      if (turn === this.#turn) this.busy = false;
    }
  }
}
