import { Extension } from '@tiptap/core';
import { Plugin } from '@tiptap/pm/state';

/** While one writes, a click on a link puts the cursor into it; with Ctrl or ⌘ held down it opens the link. */
export const OpenLinks = Extension.create({
  name: 'openLinks',
  addProseMirrorPlugins() {
    return [
      new Plugin({
        props: {
          handleClick(view, _position, event) {
            if (!view.editable || !(event.ctrlKey || event.metaKey) || !(event.target instanceof Element)) return false;
            const link = event.target.closest('a[href]');
            if (!(link instanceof HTMLAnchorElement)) return false;
            window.open(link.href, '_blank', 'noopener');
            return true;
          },
        },
      }),
    ];
  },
});
