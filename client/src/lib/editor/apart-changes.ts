import { align } from '@cobench/shared/editor/align';
import { documentToMarkdown } from '@cobench/shared/editor/markdown';
import { bodyField } from '@cobench/shared/realtime/collab';
import { yXmlFragmentToProsemirrorJSON } from '@tiptap/y-tiptap';
import * as Y from 'yjs';

/** A line of a document as markdown, and what updates do to it. */
export type ChangedLine = { is: 'added' | 'removed' | 'same'; text: string };

/** Unchanged lines shown around what changed. */
const context = 1;

/** What updates would change in a document, without touching it: the lines, and the whole text as it would be. */
export function apartChanges(doc: Y.Doc, updates: readonly Uint8Array[]): { lines: ChangedLine[]; text: string } {
  const after = new Y.Doc();
  Y.applyUpdate(after, Y.encodeStateAsUpdate(doc));
  const before = markdownIn(after);
  for (const update of updates) Y.applyUpdate(after, update);
  const text = markdownIn(after);
  after.destroy();
  const lines = align(before.split('\n'), text.split('\n'), { key: (line) => line, likeness: () => 0 }).flatMap(lineOf);
  return { lines: lines.filter((_, index) => isNearChange(lines, index)), text };
}

const markdownIn = (doc: Y.Doc): string =>
  documentToMarkdown(yXmlFragmentToProsemirrorJSON(doc.getXmlFragment(bodyField))).trimEnd();

const isNearChange = (lines: readonly ChangedLine[], index: number): boolean =>
  lines.slice(Math.max(0, index - context), index + context + 1).some(({ is }) => is !== 'same');

function lineOf(pair: ReturnType<typeof align<string>>[number]): ChangedLine[] {
  switch (pair.is) {
    case 'same':
      return [{ is: 'same', text: pair.now }];
    case 'added':
      return [{ is: 'added', text: pair.now }];
    case 'removed':
      return [{ is: 'removed', text: pair.old }];
    case 'changed':
      return [
        { is: 'removed', text: pair.old },
        { is: 'added', text: pair.now },
      ];
    default:
      return pair satisfies never;
  }
}
