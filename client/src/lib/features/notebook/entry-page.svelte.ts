import { Entry, notebookEndpoints } from '@cobench/shared/notebook/entry';
import type { Problem } from '@cobench/shared/errors';
import { call } from '#lib/api/call.ts';
import { isMissing, isUnreachable, problemOf } from '#lib/api/problem.ts';
import { holdsUnsent } from '#lib/realtime/collab-open.ts';
import type { Live } from '#lib/realtime/live.svelte.ts';
import { forgetPage, recallPage, rememberPage } from '#lib/realtime/page-memory.ts';

export type EntryState =
  | { state: 'loading' }
  | { state: 'ready'; entry: Entry }
  /** It was deleted while it was open, or is lost from sight with changes in it: the text stays, to read and to copy. */
  | { state: 'deleted'; entry: Entry }
  /** There is none, or one does not see it (any more). */
  | { state: 'missing' }
  | { state: 'failed'; problem: Problem };

/** One entry that is open: what its header shows, kept current. Its body has a connection of its own. */
export class EntryPage {
  now = $state.raw<EntryState>({ state: 'loading' });
  readonly #id: string;
  /** How often it went: what was asked before that brings it back no more. */
  #losses = 0;
  /** Settled when it is known what this computer remembers. */
  #recalled = Promise.resolve();

  constructor(id: string) {
    this.#id = id;
  }

  get entry(): Entry | null {
    return 'entry' in this.now ? this.now.entry : null;
  }

  /** Shows what this computer remembers of it, then what the server says. */
  async load(): Promise<void> {
    this.now = { state: 'loading' };
    this.#recalled = this.#recall();
    await Promise.all([this.#recalled, this.refresh()]);
  }

  /** Reads it again, quietly: what is shown stays until the answer is there. */
  async refresh(): Promise<void> {
    const losses = this.#losses;
    try {
      const entry = await call(notebookEndpoints.get, { id: this.#id });
      if (losses === this.#losses) this.#show(entry);
    } catch (error) {
      const problem = problemOf(error);
      // Whether it went, or was never there, depends on what is remembered.
      if (isMissing(problem)) await this.#recalled;
      this.#failed(problem);
    }
  }

  /** Shows the entry as it is now; an older one than is shown is overtaken. */
  put(entry: Entry): void {
    if (entry.id !== this.#id) return;
    // What was said of it before it was deleted may arrive after.
    if (this.now.state === 'deleted' && entry.version <= this.now.entry.version) return;
    this.#show(entry);
  }

  /** Follows what others do with it. Returns its clean-up. */
  follow(live: Pick<Live, 'on' | 'onreconnect'>): () => void {
    const offs = [
      live.on('entry.changed', (entry) => this.put(entry)),
      live.on('entry.deleted', ({ id }) => {
        if (id === this.#id) this.#gone();
      }),
      live.on('project.deleted', ({ id }) => {
        if (id === this.entry?.projectId) this.#gone();
      }),
      // It comes back with its project, as it was.
      live.on('project.changed', ({ id }) => {
        if (this.now.state === 'deleted' && id === this.now.entry.projectId) void this.refresh();
      }),
      live.on('session.projects', ({ lost }) => {
        if (this.entry && lost.includes(this.entry.projectId)) this.#lost();
      }),
      live.onreconnect(() => {
        if (this.now.state !== 'loading') void this.refresh();
      }),
    ];
    return () => offs.forEach((off) => off());
  }

  /** Rejects with `ApiError`. */
  async remove(): Promise<void> {
    await call(notebookEndpoints.remove, { id: this.#id });
    this.#gone();
  }

  /** Undoes the deletion. Rejects with `ApiError`. */
  async restore(): Promise<void> {
    this.put(await call(notebookEndpoints.restore, { id: this.#id }));
  }

  async #recall(): Promise<void> {
    const entry = await recallPage({ kind: 'entry', id: this.#id }, Entry);
    if (entry === null) return;
    if (this.now.state === 'loading' || (this.now.state === 'failed' && isUnreachable(this.now.problem)))
      this.now = { state: 'ready', entry };
  }

  #show(entry: Entry): void {
    if (this.now.state === 'ready' && entry.version < this.now.entry.version) return;
    this.now = { state: 'ready', entry };
    void rememberPage({ kind: 'entry', id: this.#id }, entry);
  }

  /** One does not see its project any more. What the server does not have stays, to be copied. */
  #lost(): void {
    const document = { kind: 'entry', id: this.#id } as const;
    if (holdsUnsent(document)) return this.#gone();
    this.#losses++;
    this.now = { state: 'missing' };
    void forgetPage(document);
  }

  #gone(): void {
    this.#losses++;
    if (this.now.state === 'ready') this.now = { state: 'deleted', entry: this.now.entry };
  }

  #failed(problem: Problem): void {
    if (isMissing(problem)) {
      if (this.entry === null) this.now = { state: 'missing' };
      else this.#gone();
    } else if (this.entry === null) {
      this.now = { state: 'failed', problem };
    }
  }
}
