import { bodyText } from '@cobench/shared/editor/body-text';
import type { PropertyReading } from '@cobench/shared/notebook/properties';
import { readProperties } from '@cobench/shared/notebook/read-properties';
import { bodyField } from '@cobench/shared/realtime/collab';
import { yXmlFragmentToProsemirrorJSON } from '@tiptap/y-tiptap';
import type * as Y from 'yjs';

/** What lists show of a document; plain JSON. */
export type DocumentReading = {
  /** The body as plain text, one line per paragraph. */
  text: string;
  properties: PropertyReading;
};

/** Reads a document without changing it. Reading through the editor's schema would delete what it does not know. */
export const readDocument = (document: Y.Doc): DocumentReading => ({
  text: bodyText(yXmlFragmentToProsemirrorJSON(document.getXmlFragment(bodyField))),
  properties: readProperties(document),
});
