import { bodyField } from '@cobench/shared/realtime/collab';
import { documentSchema } from '@cobench/shared/editor/markdown';
import { Editor, type Range } from '@tiptap/core';
import { NodeSelection } from '@tiptap/pm/state';
import { untrack } from 'svelte';
import type { DocumentRef } from '#lib/realtime/collab-document.svelte.ts';
import { placeField } from '#lib/realtime/collab-presence.ts';
import { holdDocument, type HeldDocument } from '#lib/realtime/collab-open.ts';
import { findCommands, type BlockCommand, type Question } from './block-commands.ts';
import { editorExtensions } from './extensions.ts';
import { chooseFiles } from './files/file-input.ts';
import type { FileSender } from './files/file-sender.ts';
import { FilesUnderWay } from './files/files-under-way.ts';
import { headingsIn, sameHeadings, type Heading } from './outline.ts';
import { guardSchema } from './schema-fence.ts';
import { SlashMenu } from './slash-menu.svelte.ts';

/** What is being asked of the person, in a dialog. */
export type Asking =
  | Exclude<Question, { kind: 'files' }>
  | { kind: 'description' }
  | { kind: 'link' }
  | { kind: 'import' }
  | { kind: 'shortcuts' };

/** A file in two parts: its text, and what to do with the rest once the text is in. */
export type MarkdownFile = { body: string; takeIn: () => void };

/** Why a document cannot be changed by this person now; null if it can. */
export type Lock = 'role' | 'demoted' | 'unknown-content' | 'closed' | null;

/** One document open in one editor: content and connection, the editor once there is something to show, its dialogs. */
export class EditorSession {
  readonly collab: HeldDocument['document'];
  /** There as soon as the content is; it stays through cuts and ends with the component that shows it. */
  editor = $state.raw<Editor | null>(null);
  /** Grows with each transaction: whatever is derived from the editor reads it. */
  tick = $state(0);
  focused = $state(false);
  headings = $state.raw<readonly Heading[]>([]);
  asking = $state.raw<Asking | null>(null);
  readonly slash: SlashMenu;
  /** What is on its way into the text. */
  readonly files: FilesUnderWay;
  /** Where files go that are put into the text; null: none can be. */
  sender = $state.raw<FileSender | null>(null);
  /** Takes what is not text off an imported file; the rest is taken in where the text was. */
  readFile: (markdown: string) => MarkdownFile = (markdown) => ({ body: markdown, takeIn: () => {} });
  #unknownContent = $state(false);
  readonly #mayEdit: () => boolean;
  readonly #held: HeldDocument;

  readonly lock = $derived.by((): Lock => {
    if (this.#unknownContent) return 'unknown-content';
    const { state } = this.collab;
    // Signed out, one goes on: what is written stays on this computer until its person is back.
    if (state.state === 'closed' && state.reason !== 'signed-out') return 'closed';
    if (!this.#mayEdit()) return 'role';
    return this.collab.demoted ? 'demoted' : null;
  });

  /** `mayEdit`: whether the role of the person allows it; read again at each change. */
  constructor(document: DocumentRef, mayEdit: () => boolean) {
    this.#mayEdit = mayEdit;
    this.#held = holdDocument(document);
    this.collab = this.#held.document;
    this.collab.allowWriting(() => mayEdit() && !this.#unknownContent);
    this.files = new FilesUnderWay(() => this.sender);
    this.slash = new SlashMenu(
      (query, editor) => findCommands(query, { inTable: editor.isActive('table'), files: this.files.possible }),
      (command, range) => this.run(command, range),
    );
  }

  /** Shows the document in an element. Returns the end of it. */
  mount(element: HTMLElement, label: string): () => void {
    const unguard = guardSchema(this.collab.doc.getXmlFragment(bodyField), documentSchema, () => this.#stop());
    if (this.#unknownContent) return unguard;
    const unhurry = this.#readSelectionInTime();
    const editor = new Editor({
      element,
      editable: this.lock === null,
      extensions: editorExtensions(this),
      enableContentCheck: true,
      editorProps: { attributes: { 'aria-label': label, 'aria-multiline': 'true', role: 'textbox', class: 'prose' } },
      onContentError: () => this.#stop(),
      // A page that goes while somebody writes takes the focus from the text in the middle of being drawn.
      onTransaction: ({ editor, transaction }) =>
        untrack(() => {
          this.tick++;
          if (transaction.docChanged) this.#readHeadings(editor);
        }),
      onFocus: () => untrack(() => (this.focused = true)),
      onBlur: () => untrack(() => (this.focused = false)),
    });
    this.#readHeadings(editor);
    this.editor = editor;
    const stopPlacing = this.files.attach(editor);
    return () => {
      stopPlacing();
      unhurry();
      unguard();
      this.editor = null;
      this.slash.close();
      editor.destroy();
    };
  }

  /** Tells the others where in the document this person is, beside its text. */
  goTo(place: string): void {
    if (this.lock === null) this.collab.provider.awareness.setLocalStateField(placeField, place);
  }

  /** The person has left that place, if they were there. */
  leave(place: string): void {
    const { awareness } = this.collab.provider;
    if (awareness.getLocalState()?.[placeField] === place) awareness.setLocalStateField(placeField, null);
  }

  /** The person leaves; what is not on the server yet still goes there. */
  release(): void {
    const mayEdit = this.#mayEdit() && !this.#unknownContent;
    this.collab.allowWriting(() => mayEdit);
    this.#held.release();
  }

  /** Carries out a command at the cursor, in place of `range` (the slash and what was typed after it) if given. */
  run({ act }: BlockCommand, range?: Range): void {
    if (this.editor === null) return;
    const chain = this.editor.chain().focus();
    const ready = range === undefined ? chain : chain.deleteRange(range);
    if (typeof act === 'function') {
      act(ready).run();
    } else {
      ready.run();
      if (act.kind === 'files') chooseFiles(act, (files) => this.files.add(files));
      else this.ask(act);
    }
  }

  /** Opens a dialog. True, as a keyboard shortcut says that it was one. */
  ask(asking: Asking): true {
    this.asking = asking;
    return true;
  }

  /** Opens the selected equation; false if none is selected. */
  editEquation(): boolean {
    const selection = this.editor?.state.selection;
    if (!(selection instanceof NodeSelection)) return false;
    const { name } = selection.node.type;
    if (name !== 'blockMath' && name !== 'inlineMath') return false;
    return this.ask({ kind: 'equation', display: name === 'blockMath' ? 'block' : 'inline' });
  }

  /** Asks for a description of the selected image; false if none is selected. */
  describeImage(): boolean {
    const selection = this.editor?.state.selection;
    const isImage = selection instanceof NodeSelection && selection.node.type.name === 'image';
    return isImage && this.ask({ kind: 'description' });
  }

  /** Closes the dialog and goes back to writing. */
  answered(): void {
    this.asking = null;
    this.editor?.commands.focus();
  }

  /** Something in the document is unknown here: neither may the editor touch it, nor may anything leave this tab. */
  #stop(): void {
    this.#unknownContent = true;
    this.collab.provider.disconnect();
    this.editor?.setEditable(false);
  }

  /**
   * The browser tells the editor a moment after a click where the cursor is. If something of somebody else comes in
   * between, the editor would put the cursor back to where it was: so it is told before. Must be called before the editor
   * is made, whose own listeners draw the carets of others a timer later.
   */
  #readSelectionInTime(): () => void {
    const { beforeRemote, provider } = this.collab;
    const read = () => void document.dispatchEvent(new Event('selectionchange'));
    const readLater = () => void setTimeout(read);
    const off = beforeRemote.add(read);
    provider.awareness.on('change', readLater);
    return () => {
      off();
      provider.awareness.off('change', readLater);
    };
  }

  #readHeadings(editor: Editor): void {
    const headings = headingsIn(editor.state.doc);
    if (!sameHeadings(headings, this.headings)) this.headings = headings;
  }
}
