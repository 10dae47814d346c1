import { documentSchema, documentToMarkdown, markdownToDocument } from '@cobench/shared/editor/markdown';
import { bodyField } from '@cobench/shared/realtime/collab';
import { prosemirrorJSONToYXmlFragment, yXmlFragmentToProsemirrorJSON } from '@tiptap/y-tiptap';
import * as Y from 'yjs';
import { invalidField } from '../../platform/fault.ts';

/**
 * A new body from markdown: the first Yjs update of its document.
 * @throws Fault `input.invalid` where the markdown makes no valid document.
 */
export function documentFromMarkdown(markdown: string): { update: Uint8Array; text: string } {
  const json = parse(markdown);
  const document = new Y.Doc();
  prosemirrorJSONToYXmlFragment(documentSchema, json, document.getXmlFragment(bodyField));
  const node = documentSchema.nodeFromJSON(json);
  const text = node.textBetween(0, node.content.size, ' ', ' ');
  return { update: Y.encodeStateAsUpdate(document), text };
}

/** A stored body as markdown. It is read as plain JSON: reading through the editor would delete what it does not know. */
export function markdownOf(update: Uint8Array): string {
  const document = new Y.Doc();
  Y.applyUpdate(document, update);
  return documentToMarkdown(yXmlFragmentToProsemirrorJSON(document.getXmlFragment(bodyField)));
}

function parse(markdown: string): ReturnType<typeof markdownToDocument> {
  try {
    return markdownToDocument(markdown);
  } catch (error) {
    throw Object.assign(invalidField('markdown', 'This markdown could not be read.'), { cause: error });
  }
}
