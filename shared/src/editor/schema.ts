import { Extension, type Extensions } from '@tiptap/core';
import { Highlight } from '@tiptap/extension-highlight';
import { TaskItem, TaskList } from '@tiptap/extension-list';
import { TableKit } from '@tiptap/extension-table';
import { StarterKit } from '@tiptap/starter-kit';
import { CodeBlock } from './code-block.ts';
import { File, Image } from './file-nodes.ts';
import { BlockMath, InlineMath } from './math.ts';

/**
 * THE document schema of entries and run notes, for the browser (editing) and the server (export, validation).
 * A new node or mark needs a new `schemaVersion`. Undo is left out: with Yjs it belongs to the collaboration extension.
 * So is the trailing paragraph: merely opening a document must not change it.
 */
export function documentExtensions(): Extensions {
  return [
    StarterKit.configure({
      undoRedo: false,
      trailingNode: false,
      codeBlock: false,
      link: { openOnClick: false, protocols: ['mailto'] },
    }),
    TableKit.configure({ table: { resizable: true } }),
    TaskList,
    TaskItem.configure({ nested: true }),
    InlineMath,
    BlockMath,
    Image,
    File,
    CodeBlock,
    Highlight,
    LineBreakTag,
  ];
}

/** Reads `<br>`, the only way to break a line inside a cell of a markdown table. */
const LineBreakTag = Extension.create({
  name: 'lineBreakTag',
  markdownTokenizer: {
    name: 'lineBreakTag',
    level: 'inline',
    start: (source) => source.search(/<br\s*\/?>/i),
    tokenize(source) {
      const raw = /^<br\s*\/?>/i.exec(source)?.[0];
      return raw === undefined ? undefined : { type: 'lineBreakTag', raw };
    },
  },
  parseMarkdown: () => ({ type: 'hardBreak' }),
});
