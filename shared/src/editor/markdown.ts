import { getSchema, type JSONContent } from '@tiptap/core';
import { MarkdownManager } from '@tiptap/markdown';
import { documentExtensions } from './schema.ts';

const extensions = documentExtensions();
const manager = new MarkdownManager({ extensions, markedOptions: { gfm: true } });

/** The ProseMirror schema of every document. */
export const documentSchema = getSchema(extensions);

/** Reads GitHub-flavoured markdown with `$…$` math into a document. Throws where the result is not a valid document. */
export function markdownToDocument(markdown: string): JSONContent {
  const document = manager.parse(markdown);
  documentSchema.nodeFromJSON(document).check();
  return document;
}

/** Writes a document as GitHub-flavoured markdown. */
export const documentToMarkdown = (document: JSONContent): string => manager.serialize(document);
