import { fileEndpoints } from '@cobench/shared/files/endpoints';
import type { DataFile } from '@cobench/shared/files/file';
import type { Editor } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import type { Transaction } from '@tiptap/pm/state';
import { yUndoPluginKey } from '@tiptap/y-tiptap';
import { call } from '#lib/api/call.ts';
import { ApiError } from '#lib/api/problem.ts';
import { pictureOf } from './file-addresses.ts';
import { addPlace, placeOf, removePlace } from './file-places.ts';
import type { FileSender, LeftFile, SentFile } from './file-sender.ts';
import { FileUnderWay } from './file-under-way.svelte.ts';
import { insertFile, placeAt, roomAtCursor, type FileForm } from './insert-file.ts';
import { firstLook, pictureSize, pictureSizeAt } from './picture-size.ts';
import { foundAt, keptAt } from './place-anchors.ts';

/** Sends what is pasted, dropped or chosen in an editor, and puts it into the text when it has arrived. */
export class FilesUnderWay {
  readonly #sender: () => FileSender | null;
  readonly #files = new Map<string, FileUnderWay>();
  #editor: Editor | null = null;

  constructor(sender: () => FileSender | null) {
    this.#sender = sender;
  }

  /** Whether files can be put in at all. */
  get possible(): boolean {
    return this.#sender() !== null;
  }

  find(id: string): FileUnderWay | undefined {
    return this.#files.get(id);
  }

  /**
   * Works in an editor from now on. Returns the end of it: uploads go on, and the next editor of this document puts them
   * into the text.
   */
  attach(editor: Editor): () => void {
    this.#editor = editor;
    const moved = ({ transaction }: { transaction: Transaction }) => {
      if (transaction.docChanged) for (const one of this.#files.values()) this.#moved(one);
    };
    editor.on('transaction', moved);
    return () => {
      editor.off('transaction', moved);
      this.#editor = null;
      for (const one of this.#files.values()) {
        one.held?.release();
        this.#forget(one);
      }
    };
  }

  /**
   * Gives what earlier pages were sending its place again. `certain`: the whole document is here, so that a place which is
   * not found is gone. Returns the end of waiting for what other tabs hold.
   */
  takeUp({ certain }: { certain: boolean }): () => void {
    const end = new AbortController();
    void this.#sender()?.left((left) => this.#takeUp(left, certain), end.signal);
    return () => end.abort();
  }

  /** Gives each file a place, at the cursor or where it was dropped, and sends it. */
  add(files: readonly File[], dropped?: number): void {
    const editor = this.#editor;
    if (editor === null || !editor.isEditable || !this.possible) return;
    const last: Partial<Record<FileForm, string>> = {};
    for (const file of files) {
      const one = FileUnderWay.of(file);
      this.#files.set(one.id, one);
      const { tr } = editor.state;
      // Those of one form stand in a row, in their order.
      const beside = last[one.form] === undefined ? null : placeOf(editor.state, last[one.form] ?? '');
      const at = beside ?? (dropped === undefined ? roomAtCursor(tr, one.form) : placeAt(tr, dropped, one.form));
      last[one.form] = one.id;
      editor.view.dispatch(addPlace(tr, { id: one.id, at }));
      this.#begin(one, file);
    }
  }

  /** After a failure: sends it once more, or puts it in once more. */
  again(one: FileUnderWay): void {
    const hasArrived = one.trouble !== null;
    one.trouble = null;
    if (one.sent === null) return;
    if (hasArrived) void this.#arrive(one, one.sent);
    else one.sent.again();
  }

  /** Takes it out of the text, and gives the upload up unless it has arrived. */
  remove(one: FileUnderWay): void {
    if (one.sent !== null && one.sent.item.now.state !== 'done') one.sent.giveUp();
    this.#leave(one);
  }

  #begin(one: FileUnderWay, file: File): void {
    if (one.form === 'image') void this.#look(one, file);
    one.sent = this.#sender()?.send(file) ?? null;
    if (one.sent === null) return this.#leave(one);
    const at = this.#keptPlace(one);
    if (at !== null) one.held = one.sent.keep({ name: one.name, form: one.form, at });
    void this.#arrive(one, one.sent);
  }

  #takeUp({ id, place, held, sent, lost }: LeftFile, certain: boolean): void {
    const editor = this.#editor;
    if (editor === null || !editor.isEditable || this.#files.has(id)) return held.release();
    const at = foundAt(place.at, editor.state);
    if (at === null) return certain ? lost() : held.release();
    const one = new FileUnderWay({ id, name: place.name, form: place.form, file: null });
    one.held = held;
    this.#files.set(id, one);
    editor.view.dispatch(addPlace(editor.state.tr, { id, at }));
    void sent.then((begun) => {
      one.sent = begun;
      return this.#arrive(one, begun);
    });
  }

  #moved(one: FileUnderWay): void {
    const at = one.held === null ? null : this.#keptPlace(one);
    if (at !== null) one.held?.move(at);
  }

  #keptPlace(one: FileUnderWay): Uint8Array | null {
    const state = this.#editor?.state;
    const at = state ? placeOf(state, one.id) : null;
    return state && at !== null ? keptAt(at, state) : null;
  }

  async #look(one: FileUnderWay, file: File): Promise<void> {
    one.size = await pictureSize(file);
    if (one.size !== null && this.#files.has(one.id)) one.preview = URL.createObjectURL(file);
  }

  async #arrive(one: FileUnderWay, sent: SentFile): Promise<void> {
    let fileId: string;
    try {
      fileId = await sent.item.done;
    } catch {
      // It was given up, here or in the list of uploads.
      return this.#leave(one);
    }
    try {
      const file = await call(fileEndpoints.get, { id: fileId });
      if (one.file === null && file.latest.kind === 'image')
        one.size = await pictureSizeAt(pictureOf({ fileId, version: file.latest.number }, '1600'));
      this.#insert(one, file);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      one.trouble = `It has arrived, but what it is could not be read: ${error.message}`;
    }
  }

  #insert(one: FileUnderWay, arrived: DataFile): void {
    const editor = this.#editor;
    if (editor === null || editor.isDestroyed) return;
    const at = placeOf(editor.state, one.id);
    if (at === null) return this.#settle(one);
    if (!editor.isEditable) {
      one.trouble = 'It has arrived, but you may not write here any more.';
      return;
    }
    const transaction = insertFile(editor.state, at, nodeOf(one, arrived, editor));
    // One step back takes out this, and nothing that was typed before or after.
    const stopCapturing = () => undoManagerOf(editor)?.stopCapturing();
    stopCapturing();
    editor.view.dispatch(removePlace(transaction, one.id));
    stopCapturing();
    this.#settle(one);
  }

  #leave(one: FileUnderWay): void {
    const editor = this.#editor;
    if (editor !== null && !editor.isDestroyed) editor.view.dispatch(removePlace(editor.state.tr, one.id));
    this.#settle(one);
  }

  #settle(one: FileUnderWay): void {
    one.held?.settle();
    this.#forget(one);
  }

  #forget(one: FileUnderWay): void {
    this.#files.delete(one.id);
    if (one.preview !== null) URL.revokeObjectURL(one.preview);
  }
}

/** By what the server found in it: what is no picture becomes a file, whatever it was called. */
function nodeOf({ form, size }: FileUnderWay, { id, name, latest }: DataFile, { schema }: Editor): Node {
  const version = { fileId: id, version: latest.number, name };
  if (form === 'image' && latest.kind === 'image') return schema.node('image', { ...version, ...firstLook(size) });
  return schema.node('file', { ...version, size: latest.size });
}

function undoManagerOf(editor: Editor): { stopCapturing(): void } | undefined {
  const state: unknown = yUndoPluginKey.getState(editor.state);
  return (state as { undoManager?: { stopCapturing(): void } } | undefined)?.undoManager;
}
