import { fileEndpoints } from '@cobench/shared/files/endpoints';
import type { Attachment, DataFile } from '@cobench/shared/files/file';
import type { z } from 'zod';
import { call } from '#lib/api/call.ts';
import { Submission } from '#lib/api/submission.svelte.ts';

type Change = Omit<z.input<typeof fileEndpoints.edit.input>, 'id' | 'revision'>;
type Circumstances = {
  /** The file as it is shown. */
  file: () => DataFile;
  onchanged: (file: DataFile) => void;
};

/** What a person changes of a file, one thing at a time: its name, folder, tags, description, and what it belongs to. */
export class FileEdit {
  readonly sending = new Submission();
  /** What is wrong with it: of one part at a time, so what is said of its field is all there is to say. */
  readonly refusal = $derived.by(() => this.sending.fields?.[0]?.detail ?? this.sending.message ?? undefined);
  readonly #file: () => DataFile;
  readonly #onchanged: (file: DataFile) => void;

  constructor({ file, onchanged }: Circumstances) {
    this.#file = file;
    this.#onchanged = onchanged;
  }

  /**
   * Saves a part of it; answers whether it is saved. Where somebody else changed the file meanwhile, what they made of it is
   * shown first and refused here, so that saving again is a decision.
   */
  async save(change: Change): Promise<boolean> {
    const { id, revision } = this.#file();
    const saved = await this.#send(() => call(fileEndpoints.edit, { id, revision, ...change }));
    if (!saved && this.sending.problem?.type === 'edit.conflict') await this.#reread(id);
    return saved;
  }

  attach(to: Attachment): Promise<boolean> {
    const { id } = this.#file();
    return this.#send(() => call(fileEndpoints.attach, { id, kind: to.kind, recordId: to.id }));
  }

  detach(from: Attachment): Promise<boolean> {
    const { id } = this.#file();
    return this.#send(() => call(fileEndpoints.detach, { id, kind: from.kind, recordId: from.id }));
  }

  async #send(work: () => Promise<DataFile>): Promise<boolean> {
    const changed = await this.sending.send(work);
    if (changed === null) return false;
    this.#onchanged(changed);
    return true;
  }

  /** Keeps what was said about the conflict. */
  async #reread(id: string): Promise<void> {
    const current = await call(fileEndpoints.get, { id }).catch(() => null);
    if (current !== null) this.#onchanged(current);
  }
}
