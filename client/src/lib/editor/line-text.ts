import type { Schema } from '@tiptap/pm/model';
import { ySyncPluginKey } from '@tiptap/y-tiptap';
import * as Y from 'yjs';
import { bindingExtension } from './binding.ts';

/**
 * A new line gets its Yjs text at once, not with its first letter. Otherwise two people who begin to write in the same
 * empty line make a text each, the binding makes one of the two, and what is typed into the other one meanwhile is lost.
 */
export const LineText = bindingExtension({ name: 'lineText' }, (binding, view) => {
  const write = binding._prosemirrorChanged.bind(binding);
  binding._prosemirrorChanged = (document) =>
    binding.doc.transact((transaction) => {
      write(document);
      for (const [changed] of transaction.changed) giveText(changed, view.state.schema, transaction);
    }, ySyncPluginKey);
});

/** Gives a text to each line without one that this transaction made in an element. */
function giveText(parent: unknown, schema: Schema, transaction: Y.Transaction): void {
  if (!(parent instanceof Y.XmlFragment)) return;
  for (const child of parent.toArray()) {
    if (!(child instanceof Y.XmlElement) || !isNew(child, transaction)) continue;
    if (schema.nodes[child.nodeName]?.inlineContent !== true) giveText(child, schema, transaction);
    else if (child.length === 0) child.insert(0, [new Y.XmlText()]);
  }
}

function isNew({ _item: item }: Y.XmlElement, { beforeState }: Y.Transaction): boolean {
  return item !== null && item.id.clock >= (beforeState.get(item.id.client) ?? 0);
}
