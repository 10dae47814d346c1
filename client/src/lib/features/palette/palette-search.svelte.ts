import type { Problem } from '@cobench/shared/errors';
import { notebookEndpoints, type Entry } from '@cobench/shared/notebook/entry';
import { projectEndpoints, type Project } from '@cobench/shared/projects/project';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import type { Run } from '@cobench/shared/runs/run';
import { call } from '#lib/api/call.ts';
import { problemOf } from '#lib/api/problem.ts';

export type Found = { projects: readonly Project[]; entries: readonly Entry[]; runs: readonly Run[] };

/** How many of each kind are offered. */
const limit = 5;

/** What the palette finds on the server: by name while something is typed, the most recent otherwise. */
export class PaletteSearch {
  found = $state.raw<Found>({ projects: [], entries: [], runs: [] });
  /** The text that `found` belongs to; null before the first answer. */
  answered = $state<string | null>(null);
  problem = $state.raw<Problem | null>(null);
  #turn = 0;

  async search(text: string): Promise<void> {
    const turn = ++this.#turn;
    const query = { limit, q: text.trim() || undefined };
    this.problem = null;
    try {
      const [projects, entries, runs] = await Promise.all([
        call(projectEndpoints.list, query),
        call(notebookEndpoints.list, query),
        call(runEndpoints.list, query),
      ]);
      if (turn === this.#turn) this.found = { projects: projects.items, entries: entries.items, runs: runs.items };
    } catch (error) {
      const problem = problemOf(error);
      if (turn === this.#turn) this.problem = problem;
    } finally {
      if (turn === this.#turn) this.answered = text;
    }
  }
}
