import type { DocNode } from '@cobench/shared/editor/plain-node';
import type { Tree } from '@cobench/shared/history/read-tree';
import { propertyRoots } from '@cobench/shared/notebook/properties';
import { bodyField } from '@cobench/shared/realtime/collab';
import * as Y from 'yjs';
import { applyAsIs } from './apply.ts';
import { becomeBody } from './restore-body.ts';
import { becomeMap, becomeText } from './restore-properties.ts';

/** A whole document. */
export type Target = {
  body: DocNode;
  title: string;
  tags: Extract<Tree, { kind: 'map' }>;
  fields: Extract<Tree, { kind: 'map' }>;
};

/**
 * The update that makes a document say what `target` says; null where it does already. It changes as little as it can,
 * word by word, so that what people are writing meanwhile stays unless it is inside something that goes.
 * @param state the document as one Yjs update
 */
export function restoreUpdate(state: Uint8Array, { body, title, tags, fields }: Target): Uint8Array | null {
  const doc = new Y.Doc();
  applyAsIs(doc, [state]);
  let change: Uint8Array | null = null;
  doc.on('update', (update: Uint8Array) => (change = update));
  doc.transact(() => {
    becomeBody(doc.getXmlFragment(bodyField), body);
    becomeText(doc.getText(propertyRoots.title), title);
    becomeMap(doc.getMap(propertyRoots.tags), tags);
    becomeMap(doc.getMap(propertyRoots.fields), fields);
  });
  doc.destroy();
  return change;
}
