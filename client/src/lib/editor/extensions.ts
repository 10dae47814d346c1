import { documentExtensions } from '@cobench/shared/editor/schema';
import { bodyField } from '@cobench/shared/realtime/collab';
import { Extension, type Editor, type Extensions } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { Collaboration } from '@tiptap/extension-collaboration';
import { Placeholder } from '@tiptap/extensions';
import { carets } from './carets.ts';
import { coWriting } from './co-writing.ts';
import { CodeColours } from './code-colours.ts';
import type { EditorSession } from './editor-session.svelte.ts';
import { CaptionKeys } from './files/caption-keys.ts';
import { FileInput } from './files/file-input.ts';
import { FilePlaces } from './files/file-places.ts';
import { FileViews } from './files/file-views.svelte.ts';
import { drawPlaceholder } from './files/draw-placeholder.ts';
import { MarkdownPaste } from './markdown-paste.ts';
import { MathViews } from './math-views.ts';
import { OpenLinks } from './open-links.ts';
import { RemoteChanges } from './remote-changes.ts';
import { Sideways } from './sideways.ts';

/** Everything that the editor of one session is made of: the schema of every document, and what browsers add to it. */
export function editorExtensions(session: EditorSession): Extensions {
  const { collab, slash, files } = session;
  return [
    ...documentExtensions(),
    Collaboration.configure({ document: collab.doc, field: bodyField, provider: collab.provider }),
    carets(collab.provider),
    ...coWriting,
    RemoteChanges,
    Placeholder.configure({ placeholder, showOnlyWhenEditable: false }),
    slash.extension(),
    MarkdownPaste,
    MathViews.configure({ onedit: () => session.editEquation() }),
    FileViews.configure({ ondescribe: () => session.describeImage() }),
    FilePlaces.configure({ draw: drawPlaceholder(files) }),
    FileInput.configure({ files }),
    CaptionKeys,
    CodeColours,
    Sideways,
    OpenLinks,
    Extension.create({
      name: 'dialogKeys',
      addKeyboardShortcuts: () => ({
        'Mod-Shift-k': () => session.ask({ kind: 'link' }),
        'Mod-/': () => session.ask({ kind: 'shortcuts' }),
      }),
    }),
  ];
}

/** What stands in an empty line while the cursor is in it, and in a document that is empty altogether. */
function placeholder({ editor, node }: { editor: Editor; node: Node }): string {
  // A caption says for itself what it is.
  if (node.type.name === 'image') return '';
  if (!editor.isEditable) return editor.isEmpty ? 'Nothing is written here yet.' : '';
  return node.type.name === 'heading' ? `Heading ${node.attrs['level']}` : 'Write, or press / for blocks';
}
