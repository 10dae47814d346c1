import type { Extensions } from '@tiptap/core';
import { CodeBlockLowlight } from '@tiptap/extension-code-block-lowlight';
import { Highlight } from '@tiptap/extension-highlight';
import { TaskItem, TaskList } from '@tiptap/extension-list';
import { BlockMath, InlineMath } from '@tiptap/extension-mathematics';
import { TableKit } from '@tiptap/extension-table';
import { StarterKit } from '@tiptap/starter-kit';
import bash from 'highlight.js/lib/languages/bash';
import json from 'highlight.js/lib/languages/json';
import matlab from 'highlight.js/lib/languages/matlab';
import python from 'highlight.js/lib/languages/python';
import r from 'highlight.js/lib/languages/r';
import sql from 'highlight.js/lib/languages/sql';
import { createLowlight } from 'lowlight';

/** Languages that code blocks highlight; any other name is kept and shown plain. */
export const codeLanguages = { bash, json, matlab, python, r, sql } as const;

/**
 * THE document schema of entries and run notes, for the browser (editing) and the server (export, validation).
 * A new node or mark needs a new `schemaVersion`. Undo is left out: with Yjs it belongs to the collaboration extension.
 */
export function documentExtensions(): Extensions {
  return [
    StarterKit.configure({ undoRedo: false, codeBlock: false, link: { openOnClick: false, protocols: ['mailto'] } }),
    TableKit.configure({ table: { resizable: true } }),
    TaskList,
    TaskItem.configure({ nested: true }),
    InlineMath.configure({ katexOptions: { throwOnError: false } }),
    BlockMath.configure({ katexOptions: { throwOnError: false, displayMode: true } }),
    CodeBlockLowlight.configure({ lowlight: createLowlight(codeLanguages) }),
    Highlight,
  ];
}
