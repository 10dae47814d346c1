import type { Attachment } from '@cobench/shared/files/file';
import { notebookEndpoints, type Entry } from '@cobench/shared/notebook/entry';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import { staleAfter, type Run } from '@cobench/shared/runs/run';
import { call } from '#lib/api/call.ts';
import { isMissing, problemOf } from '#lib/api/problem.ts';
import type { Live } from '#lib/realtime/live.svelte.ts';
import { paths } from '#lib/shell/paths.ts';
import type { Status } from '#lib/ui/status.ts';

/** A run or an entry that a file belongs to, as far as it is known. */
export type AttachedRecord =
  { state: 'loading' | 'deleted' | 'unknown' } | { state: 'known'; name: string; href: string; status: Status | null };

/** What a file belongs to, by name and as it is now. `attachments` is read reactively. */
export class AttachedRecords {
  #known = $state.raw<Readonly<Record<string, AttachedRecord>>>({});
  readonly #attachments: () => readonly Attachment[];

  constructor(attachments: () => readonly Attachment[]) {
    this.#attachments = attachments;
  }

  of({ id }: Attachment): AttachedRecord {
    return this.#known[id] ?? { state: 'loading' };
  }

  /** Asks for those that are not known yet. */
  async load(): Promise<void> {
    const asked = this.#attachments().filter(({ id }) => this.#known[id] === undefined);
    await Promise.all(asked.map((one) => this.#ask(one)));
  }

  /** Follows how they change. Returns its clean-up. */
  follow(live: Pick<Live, 'on' | 'onreconnect'>): () => void {
    const mine = (id: string) => this.#attachments().some((one) => one.id === id);
    const offs = [
      live.on('run.changed', (run) => {
        if (mine(run.id)) this.#learn(run.id, ofRun(run));
      }),
      live.on('entry.changed', (entry) => {
        if (mine(entry.id)) this.#learn(entry.id, ofEntry(entry));
      }),
      live.on('entry.deleted', ({ id }) => {
        if (mine(id)) this.#learn(id, { state: 'deleted' });
      }),
      live.onreconnect(() => {
        for (const one of this.#attachments()) void this.#ask(one);
      }),
    ];
    return () => offs.forEach((off) => off());
  }

  async #ask({ kind, id }: Attachment): Promise<void> {
    try {
      const record =
        kind === 'run'
          ? ofRun(await call(runEndpoints.get, { id }))
          : ofEntry(await call(notebookEndpoints.get, { id }));
      this.#learn(id, record);
    } catch (error) {
      const missing = isMissing(problemOf(error));
      // What was known before a server fell silent is the best there is.
      if (missing || this.#known[id] === undefined) this.#learn(id, { state: missing ? 'deleted' : 'unknown' });
    }
  }

  #learn(id: string, record: AttachedRecord): void {
    this.#known = { ...this.#known, [id]: record };
  }
}

const ofRun = ({ id, name, state, heartbeatAt }: Run): AttachedRecord => {
  const silent = state === 'running' && heartbeatAt !== null && Date.now() - Date.parse(heartbeatAt) > staleAfter;
  return { state: 'known', name, href: paths.run(id), status: silent ? 'stale' : state };
};
const ofEntry = ({ id, title }: Entry): AttachedRecord => ({
  state: 'known',
  name: title,
  href: paths.entry(id),
  status: null,
});
