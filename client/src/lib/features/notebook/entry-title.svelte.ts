import { EntryTitle as Title, notebookEndpoints, type Entry } from '@cobench/shared/notebook/entry';
import { call } from '#lib/api/call.ts';
import { problemOf } from '#lib/api/problem.ts';

type TitleParts = {
  /** The entry as it is known now. */
  entry: () => Entry;
  onrenamed: (entry: Entry) => void;
  /** Somebody was faster: read the entry again. */
  onconflict: () => Promise<void>;
};

/** The title of an entry, changed in place. Until it is sent it follows what others call the entry. */
export class EntryTitle {
  busy = $state(false);
  problem = $state<string | null>(null);
  #draft = $state<string | null>(null);
  /** The version that the draft was begun on. */
  #basis = 0;
  readonly #parts: TitleParts;
  readonly changed = $derived.by(() => this.#draft !== null && this.#draft.trim() !== this.#parts.entry().title);

  constructor(parts: TitleParts) {
    this.#parts = parts;
  }

  get draft(): string {
    return this.#draft ?? this.#parts.entry().title;
  }
  set draft(text: string) {
    if (this.#draft === null) this.#basis = this.#parts.entry().version;
    // A title has one line, however it was pasted.
    this.#draft = text.replace(/\s*\n\s*/g, ' ');
    this.problem = null;
  }

  /** Forgets what was typed. */
  reset(): void {
    this.#draft = null;
    this.problem = null;
  }

  /** Sends what was typed, if it is another title. What was refused stays, with the reason. */
  async save(): Promise<void> {
    if (this.busy) return;
    if (!this.changed) return this.reset();
    const title = Title.safeParse(this.draft);
    if (!title.success) {
      this.problem = title.error.issues[0]?.message ?? 'This is no title.';
      return;
    }
    const { id } = this.#parts.entry();
    this.busy = true;
    try {
      this.#parts.onrenamed(await call(notebookEndpoints.rename, { id, version: this.#basis, title: title.data }));
      this.reset();
    } catch (error) {
      const problem = problemOf(error);
      this.problem = problem.detail ?? problem.title;
      if (problem.type === 'edit.conflict') await this.#overtaken();
    } finally {
      this.busy = false;
    }
  }

  /** The next attempt is made on what the other person wrote. */
  async #overtaken(): Promise<void> {
    await this.#parts.onconflict();
    const { title, version } = this.#parts.entry();
    this.#basis = version;
    this.problem = `Somebody changed the entry meanwhile; it is called “${title}” now. Press Enter to use your title.`;
  }
}
