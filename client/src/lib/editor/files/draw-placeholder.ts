import { mount, unmount } from 'svelte';
import FilePlaceholder from './FilePlaceholder.svelte';
import type { Draw } from './file-places.ts';
import type { FilesUnderWay } from './files-under-way.ts';

/** Draws what is on its way, in its place. */
export const drawPlaceholder =
  (files: FilesUnderWay): Draw =>
  (id) => {
    const dom = document.createElement('span');
    dom.contentEditable = 'false';
    const one = files.find(id);
    if (one === undefined) return { dom, destroy: () => {} };
    const props = { one, onagain: () => files.again(one), onremove: () => files.remove(one) };
    const drawn = mount(FilePlaceholder, { target: dom, props });
    return { dom, destroy: () => void unmount(drawn) };
  };
