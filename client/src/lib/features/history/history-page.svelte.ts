import type { Problem } from '@cobench/shared/errors';
import { historyEndpoints, type DocumentVersion } from '@cobench/shared/history/history';
import { call } from '#lib/api/call.ts';
import { PagedList } from '#lib/api/paged-list.svelte.ts';
import { isMissing, problemOf } from '#lib/api/problem.ts';
import type { Live } from '#lib/realtime/live.svelte.ts';
import { nameOf, type DocumentRef } from './document-owner.ts';

/** A version in a list; `id` is its number as a text. */
export type Version = DocumentVersion & { id: string };

/** The past of one document: what it belongs to, and its versions. */
export class HistoryPage {
  readonly document: DocumentRef;
  name = $state<string | null>(null);
  problem = $state.raw<Problem | null>(null);
  readonly missing = $derived.by(() => isMissing(this.problem));
  readonly versions: PagedList<Version>;
  /** Grows whenever somebody has changed the document: whoever shows "now" reads it again. */
  changes = $state(0);

  constructor(document: DocumentRef) {
    this.document = document;
    this.versions = new PagedList<Version>(async (cursor) => {
      const page = await call(historyEndpoints[document.kind].versions, { id: document.id, cursor });
      return { ...page, items: page.items.map(listed) };
    });
  }

  async load(): Promise<void> {
    this.problem = null;
    try {
      this.name = await nameOf(this.document);
    } catch (error) {
      this.problem = problemOf(error);
      return;
    }
    await this.versions.load();
  }

  /** Follows what others write. Returns its clean-up. */
  follow(live: Pick<Live, 'on' | 'onreconnect'>): () => void {
    const offs = [
      live.on('entry.changed', ({ id }) => {
        if (id === this.document.id) void this.changed();
      }),
      // Whether it is still there to be seen is asked, too.
      live.on('session.projects', () => void this.load()),
      live.onreconnect(() => void this.changed()),
    ];
    return () => offs.forEach((off) => off());
  }

  /** Something was written, named or brought back. */
  async changed(): Promise<void> {
    this.changes++;
    await this.versions.refresh();
  }

  /** Brings a state back, and answers the one it led to: null where it was in it. Rejects with `ApiError`. */
  async restore(seq: number, until?: number): Promise<number | null> {
    const { kind, id } = this.document;
    const restored = await call(historyEndpoints[kind].restore, { id, seq, ...(until !== undefined && { until }) });
    await this.changed();
    return restored.changed ? restored.seq : null;
  }

  /** Takes one change back; what others wrote since stays. Rejects with `ApiError`. */
  async undo(seq: number): Promise<void> {
    await this.restore(seq - 1, seq);
  }

  /** Shows a version that was named or renamed. */
  async put(version: DocumentVersion): Promise<void> {
    if (this.versions.items.some(({ seq }) => seq === version.seq)) this.versions.put(listed(version));
    else await this.versions.refresh();
  }
}

const listed = (version: DocumentVersion): Version => ({ ...version, id: String(version.seq) });
