import { isChangeOrigin } from '@tiptap/extension-collaboration';
import { Extension } from '@tiptap/core';
import { Plugin } from '@tiptap/pm/state';

/**
 * What others write is taken as it is: an address that somebody else is typing becomes a link in their browser, not in
 * ours as well. It also spares looking through the whole document, since the binding replaces all of it.
 */
export const RemoteChanges = Extension.create({
  name: 'remoteChanges',
  // Before the extensions that append to transactions.
  priority: 2000,
  addProseMirrorPlugins() {
    return [
      new Plugin({
        filterTransaction(transaction) {
          if (isChangeOrigin(transaction)) transaction.setMeta('preventAutolink', true);
          return true;
        },
      }),
    ];
  },
});
