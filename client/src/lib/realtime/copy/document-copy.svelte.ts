import { schemaVersion } from '@cobench/shared/realtime/collab';
import type { DocumentRef } from '../collab-document.svelte.ts';
import { documentKey } from '../document-key.ts';
import type { CopyStorage } from './copy-storage.ts';
import { troubleOf, type CopyTrouble } from './copy-trouble.ts';
import { InheritedChanges } from './inherited-changes.ts';
import { readCopy, removeCopy, type KeptApart, type KeptDocument } from './read-copy.ts';
import { writeCopy } from './write-copy.ts';

/** What a copy needs from whoever opens it. */
export type DocumentCopyParts = {
  storage: Pick<CopyStorage, 'read' | 'write'>;
  /** Names this tab among all that write. */
  writer: string;
  now: () => number;
  schema?: number;
};

/** The document that a copy is of. */
export type CopySource = { state: () => Uint8Array; name: () => string };

/** What a tab takes in: the pieces that it did not have, and how many changes among them the server has not. */
export type TakenIn = Pick<KeptDocument, 'updates' | 'synced' | 'apart' | 'name'> & { changes: number };

/** Milliseconds that may pass before something is written: what the server has already, and what is on its way there. */
const idle = 1000;
const soon = 200;
/** Milliseconds until a failed write is tried again. */
const retryAfter = 5000;
/** Pieces of one document that are kept before they are made one. */
const mostPieces = 200;

/**
 * One document as it is kept on this computer for one person. Changes of this tab are numbered from one, those that the
 * copy already held first. Nothing is called kept before the browser says that it is on the disk.
 */
export class DocumentCopy {
  /** The changes up to this number are on the disk. */
  kept = $state(0);
  trouble = $state.raw<CopyTrouble | null>(null);
  readonly ref: DocumentRef;
  readonly #document: string;
  readonly #source: CopySource;
  readonly #parts: Required<DocumentCopyParts>;
  #waiting = nothing();
  #writing: Promise<void> | null = null;
  #timer: { due: number; handle: ReturnType<typeof setTimeout> } | null = null;
  readonly #inherited = new InheritedChanges();
  /** The numbers of the last change that is part of the document, and of the last one the server has. */
  #made = 0;
  #durable = 0;
  #synced = false;
  #begun = false;
  /** Pieces whose content this tab's document has. */
  #pieces: number[] = [];
  /** The document as it was when its person was signed out: what is written since stays apart. */
  #before: Uint8Array | null = null;

  constructor(ref: DocumentRef, source: CopySource, { schema = schemaVersion, ...parts }: DocumentCopyParts) {
    this.ref = ref;
    this.#document = documentKey(ref);
    this.#source = source;
    this.#parts = { ...parts, schema };
  }

  /** Reads what is kept; null where there is nothing, or nothing that may be read. */
  async load(): Promise<TakenIn | null> {
    const kept = await this.#read();
    if (kept === null) return null;
    this.#synced = kept.synced;
    this.#begun = true;
    // To say when it was last open.
    this.#writeWithin(idle);
    return this.#takeIn(kept);
  }

  /** What other tabs have kept since it was read; null where there is nothing, or where it has to be asked again later. */
  async news(): Promise<TakenIn | null> {
    await this.flush();
    const kept = await this.#read();
    const isBusy = this.#waiting.made > this.kept || this.#before !== null;
    return kept === null || isBusy ? null : this.#takeIn(kept);
  }

  /** Something that others wrote. */
  keep(update: Uint8Array): void {
    this.#waiting.updates.push(update);
    this.#writeWithin(idle);
  }

  /** Change number `made` of this tab. `sent`: it is on its way to the server, too. */
  keepChange(update: Uint8Array, { made, sent }: { made: number; sent: boolean }): void {
    this.#waiting.made = made;
    if (this.#before === null) {
      this.#made = made;
      this.#waiting.updates.push(update);
    } else {
      this.#waiting.apart.push(update);
    }
    this.#writeWithin(sent ? soon : 0);
  }

  /** The server's content is in the document. */
  synced(): void {
    if (this.#synced) return;
    this.#synced = true;
    this.#writeWithin(idle);
  }

  /** The server has the changes up to this number. */
  durable(made: number): void {
    if (made <= this.#durable) return;
    this.#durable = made;
    this.#writeWithin(idle);
  }

  /** Nobody is signed in any more: what is written from now on waits for its person. */
  setApart(): void {
    this.#before ??= this.#source.state();
  }

  /** Its person is back, in this very tab: what was written meanwhile is part of the document like anything else. */
  takeTogether(): void {
    if (this.#before === null) return;
    this.#before = null;
    const { updates, apart, made } = this.#waiting;
    updates.push(...apart.splice(0));
    this.#made = Math.max(this.#made, this.kept, made);
    this.#waiting.together = true;
    this.#writeWithin(0);
  }

  /** What was written apart has been added to the document, or is not wanted. */
  async forgetApart({ numbers }: KeptApart): Promise<void> {
    await this.#parts.storage.write(async ({ apart }) => numbers.forEach((one) => apart.delete(one)));
  }

  /** Forgets the document, with what only this computer has of it. What this tab still holds is not written again. */
  async discard(): Promise<void> {
    this.#unplan();
    this.trouble = 'wiped';
    await this.#writing;
    await this.#parts.storage.write((stores) => removeCopy(stores, this.#document));
  }

  /** Writes at once what waits; resolves when that is on the disk, or could not be put there. */
  async flush(): Promise<void> {
    await this.#writing;
    if (this.#timer !== null && !this.#isOver) {
      this.#unplan();
      this.#writing = this.#write();
    }
    await this.#writing;
  }

  async #read(): Promise<KeptDocument | null> {
    const { storage, writer, schema } = this.#parts;
    try {
      const kept = await storage.read((stores) => readCopy(stores, { document: this.#document, writer }));
      if (kept === null || kept.schema <= schema) return kept;
      this.trouble = 'newer';
    } catch (error) {
      this.trouble = troubleOf(error);
    }
    return null;
  }

  #takeIn(kept: KeptDocument): TakenIn {
    const updates = kept.updates.filter((_update, index) => !this.#pieces.includes(kept.pieces[index] ?? NaN));
    this.#pieces = [...kept.pieces];
    const counts = kept.counts.filter(({ writer }) => writer !== this.#parts.writer);
    const changes = this.#inherited.take(counts, this.kept);
    this.kept += changes;
    this.#made = this.kept;
    const { synced, apart, name } = kept;
    return { updates, changes, synced, apart, name };
  }

  get #isOver(): boolean {
    return this.trouble === 'newer' || this.trouble === 'wiped';
  }

  #writeWithin(delay: number): void {
    if (this.#isOver) return;
    const wait = this.trouble === null ? delay : retryAfter;
    const due = performance.now() + wait;
    if (this.#timer !== null && this.#timer.due <= due) return;
    this.#unplan();
    this.#timer = { due, handle: setTimeout(() => void this.flush(), wait) };
  }

  #unplan(): void {
    if (this.#timer !== null) clearTimeout(this.#timer.handle);
    this.#timer = null;
  }

  async #write(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = nothing();
    const compaction = this.#pieces.length < mostPieces ? null : { pieces: this.#pieces };
    try {
      const batch = this.#batch(waiting, compaction);
      const piece = await this.#parts.storage.write((stores) => writeCopy(stores, batch));
      if (compaction !== null) this.#pieces = [];
      if (piece !== null) this.#pieces.push(piece);
      this.#begun = true;
      this.kept = Math.max(this.kept, waiting.made);
      this.trouble = null;
    } catch (error) {
      this.trouble = troubleOf(error);
      this.#waiting = inOrder(waiting, this.#waiting);
      this.#writeWithin(retryAfter);
    } finally {
      this.#writing = null;
    }
  }

  #batch({ updates, apart, together }: Waiting, compaction: { pieces: number[] } | null) {
    const { writer, now, schema } = this.#parts;
    const made = this.#inherited.ownAmong(this.#made);
    return {
      document: this.#document,
      ref: this.ref,
      name: this.#source.name(),
      schema,
      synced: this.#synced,
      at: now(),
      begun: this.#begun,
      writer,
      updates,
      apart,
      together,
      compaction,
      made,
      durable: Math.min(made, this.#inherited.ownAmong(this.#durable)),
      settled: this.#inherited.settledBy(this.#durable),
      whole: () => this.#before ?? this.#source.state(),
    };
  }
}

/** What has not been written yet. `made`: the last change of this tab among it. */
type Waiting = { updates: Uint8Array[]; apart: Uint8Array[]; together: boolean; made: number };
const nothing = (): Waiting => ({ updates: [], apart: [], together: false, made: 0 });

const inOrder = (first: Waiting, then: Waiting): Waiting => ({
  updates: [...first.updates, ...then.updates],
  apart: [...first.apart, ...then.apart],
  together: first.together || then.together,
  made: Math.max(first.made, then.made),
});
