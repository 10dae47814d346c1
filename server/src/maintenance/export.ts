import { documentToMarkdown } from '@cobench/shared/editor/markdown';
import { bodyField } from '@cobench/shared/realtime/collab';
import { yXmlFragmentToProsemirrorJSON } from '@tiptap/y-tiptap';
import * as Y from 'yjs';
import { readDocument } from '../realtime/collab/document-reading.ts';
import type { DocumentLog } from '../realtime/collab/log.ts';
import type { CollabDocument } from '../realtime/collab/peer.ts';
import { applyAsIs } from '../realtime/collab/worker/apply.ts';

export const exportFormat = 'cobench-document/1';

/**
 * The whole history of a document as JSON, a line each: what it is; every record with who wrote what when (updates as
 * base64 of Yjs' version 1); and what it says now, as markdown, as the editor's JSON and as its properties.
 * @throws where a record cannot be read.
 */
export async function* exported(log: DocumentLog, document: CollabDocument): AsyncGenerator<string> {
  const line = (value: object): string => `${JSON.stringify(value)}\n`;
  yield line({ format: exportFormat, ...document });
  const doc = new Y.Doc();
  for (let after = 0; ;) {
    const records = await log.records(document, { after, limit: 500, maxBytes: 4 * 1024 * 1024 });
    if (records.length === 0) break;
    for (const { seq, at, parts } of records) {
      applyAsIs(
        doc,
        parts.map(({ update }) => update),
      );
      const written = parts.map(({ update, ...who }) => ({ ...who, update: Buffer.from(update).toString('base64') }));
      yield line({ seq, at, parts: written });
      after = seq;
    }
  }
  const body = yXmlFragmentToProsemirrorJSON(doc.getXmlFragment(bodyField));
  const { properties } = readDocument(doc);
  yield line({ markdown: documentToMarkdown(body), body, properties });
}
