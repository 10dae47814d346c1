import { imageOf, imageShare } from '@cobench/shared/editor/file-attributes';
import { Extension } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { NodeSelection, Plugin } from '@tiptap/pm/state';
import type { NodeView, NodeViewConstructor } from '@tiptap/pm/view';
import { mount, unmount } from 'svelte';
import EditedPicture from './EditedPicture.svelte';
import FileChip from './FileChip.svelte';

/** Draws images and files, and what can be done with them. */
export const FileViews = Extension.create<{ ondescribe: () => boolean }>({
  name: 'fileViews',
  addOptions: () => ({ ondescribe: () => false }),
  addKeyboardShortcuts() {
    return { Enter: () => this.options.ondescribe() };
  },
  addProseMirrorPlugins() {
    const { ondescribe } = this.options;
    return [new Plugin({ props: { nodeViews: { image: imageView(ondescribe), file: fileView } } })];
  },
});

const imageView =
  (ondescribe: () => boolean): NodeViewConstructor =>
  (first, view, getPos): NodeView => {
    const dom = document.createElement('figure');
    dom.className = 'image';
    const box = document.createElement('div');
    box.contentEditable = 'false';
    const caption = document.createElement('figcaption');
    caption.dataset['hint'] = 'Add a caption';
    dom.append(box, caption);
    const select = () => {
      const at = getPos();
      if (at === undefined || !view.editable) return false;
      view.dispatch(view.state.tr.setSelection(NodeSelection.create(view.state.doc, at)));
      view.focus();
      return true;
    };
    const preview = (width: number) => (dom.style.width = `${width}%`);
    const props = $state({
      attrs: first.attrs,
      ondescribe: () => select() && ondescribe(),
      onremove: () => {
        if (select()) view.dispatch(view.state.tr.deleteSelection());
      },
      onpreview: preview,
      onresize: (width: number) => {
        const at = getPos();
        if (at !== undefined && view.editable) view.dispatch(view.state.tr.setNodeAttribute(at, 'width', width));
      },
      measure: () => ({ column: dom.parentElement?.clientWidth ?? 1, image: dom.offsetWidth }),
    });
    const show = ({ attrs, childCount }: Node) => {
      props.attrs = attrs;
      preview(imageOf(attrs)?.width ?? imageShare.most);
      caption.toggleAttribute('data-empty', childCount === 0);
    };
    show(first);
    const drawn = mount(EditedPicture, { target: box, props });
    box.addEventListener('click', ({ target }) => {
      if (!isTool(target)) select();
    });
    return {
      dom,
      contentDOM: caption,
      update(node) {
        if (node.type !== first.type) return false;
        show(node);
        return true;
      },
      selectNode: () => dom.classList.add('ProseMirror-selectednode'),
      deselectNode: () => dom.classList.remove('ProseMirror-selectednode'),
      stopEvent: ({ target }) => isTool(target),
      ignoreMutation: ({ type, target }) => type !== 'selection' && !caption.contains(target),
      destroy: () => void unmount(drawn),
    };
  };

const isTool = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('[data-tools]') !== null;

const fileView: NodeViewConstructor = (first): NodeView => {
  const dom = document.createElement('span');
  dom.contentEditable = 'false';
  const props = $state({ attrs: first.attrs });
  const drawn = mount(FileChip, { target: dom, props });
  return {
    dom,
    update(node) {
      if (node.type !== first.type) return false;
      props.attrs = node.attrs;
      return true;
    },
    ignoreMutation: () => true,
    destroy: () => void unmount(drawn),
  };
};
