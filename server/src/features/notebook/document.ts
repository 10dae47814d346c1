import { bodyText } from '@cobench/shared/editor/body-text';
import { documentSchema, documentToMarkdown, markdownToDocument } from '@cobench/shared/editor/markdown';
import { splitFrontMatter, withFrontMatter } from '@cobench/shared/notebook/front-matter';
import { propertyRoots, type Properties, type PropertyReading } from '@cobench/shared/notebook/properties';
import { readProperties } from '@cobench/shared/notebook/read-properties';
import { fillProperties } from '@cobench/shared/notebook/write-properties';
import { bodyField, isEmptyUpdate } from '@cobench/shared/realtime/collab';
import { textChange } from '@cobench/shared/realtime/text-change';
import { prosemirrorJSONToYXmlFragment, yXmlFragmentToProsemirrorJSON } from '@tiptap/y-tiptap';
import * as Y from 'yjs';
import { invalidField } from '../../platform/fault.ts';

const nothing: Properties = { title: '', tags: [], fields: [] };

/** The first Yjs update of an entry's document, null where there is nothing to say yet, and what it says. */
export type NewDocument = { update: Uint8Array | null; text: string; reading: PropertyReading };

type Given = { title?: string | undefined; markdown?: string | undefined };

/**
 * A new document: from markdown, whose front matter gives its properties, or empty. `title` goes before that of the
 * markdown.
 * @throws Fault `input.invalid` where the markdown makes no valid document.
 */
export function newDocument({ title, markdown }: Given): NewDocument {
  const { properties, body } = splitFrontMatter(markdown ?? '');
  const found = properties ?? nothing;
  const document = new Y.Doc();
  fillProperties(document, { ...found, title: title ?? found.title }, Y);
  if (body.trim() !== '') fillBody(document, body);
  // Read as it will be read after people typed: the list says the same before and after.
  const text = bodyText(yXmlFragmentToProsemirrorJSON(document.getXmlFragment(bodyField)));
  const update = Y.encodeStateAsUpdate(document);
  return { update: isEmptyUpdate(update) ? null : update, text, reading: readProperties(document) };
}

/**
 * A stored document as markdown, its properties in front. It is read as plain JSON: reading through the editor would
 * delete what it does not know.
 */
export function markdownOf(content: Uint8Array): string {
  const document = opened(content);
  const body = documentToMarkdown(yXmlFragmentToProsemirrorJSON(document.getXmlFragment(bodyField)));
  return withFrontMatter(readProperties(document).properties, body);
}

/** What is wrong with properties, and what they are, in a stored document. */
export const propertiesOf = (content: Uint8Array): PropertyReading => readProperties(opened(content));

/** The update that gives a stored document another title, touching only what differs; null where it has it. */
export function retitled(content: Uint8Array, title: string): Uint8Array | null {
  const document = opened(content);
  const text = document.getText(propertyRoots.title);
  const written = text.toJSON();
  // Something in it is no text: places in the string are none in the document.
  const isPlain = written.length === text.length;
  const change = isPlain ? textChange(written, title) : { at: 0, remove: text.length, insert: title };
  if (change === null) return null;
  const before = Y.encodeStateVector(document);
  document.transact(() => {
    text.delete(change.at, change.remove);
    text.insert(change.at, change.insert);
  });
  return Y.encodeStateAsUpdate(document, before);
}

function opened(content: Uint8Array): Y.Doc {
  const document = new Y.Doc();
  Y.applyUpdate(document, content);
  return document;
}

/** Returns the body as plain text. */
function fillBody(document: Y.Doc, markdown: string): void {
  prosemirrorJSONToYXmlFragment(documentSchema, parse(markdown), document.getXmlFragment(bodyField));
}

function parse(markdown: string): ReturnType<typeof markdownToDocument> {
  try {
    return markdownToDocument(markdown);
  } catch (error) {
    throw Object.assign(invalidField('markdown', 'This markdown could not be read.'), { cause: error });
  }
}
