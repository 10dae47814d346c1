import { Extension } from '@tiptap/core';
import { Plugin } from '@tiptap/pm/state';
import type { EditorView } from '@tiptap/pm/view';
import type { FilesUnderWay } from './files-under-way.ts';

/** Takes files that are pasted or dropped into the text. */
export const FileInput = Extension.create<{ files: FilesUnderWay | null }>({
  name: 'fileInput',
  // Before text is looked for in what was pasted.
  priority: 1200,
  addOptions: () => ({ files: null }),
  addProseMirrorPlugins() {
    const { files } = this.options;
    if (files === null) return [];
    const takes = (view: EditorView) => view.editable && files.possible;
    return [
      new Plugin({
        props: {
          handlePaste(view, { clipboardData }) {
            const pasted = pastedFiles(clipboardData);
            if (!takes(view) || pasted.length === 0) return false;
            files.add(pasted);
            return true;
          },
          handleDrop(view, event, _slice, moved) {
            const dropped = [...(event.dataTransfer?.files ?? [])];
            if (moved || dropped.length === 0 || !takes(view)) return false;
            const { pos } = view.posAtCoords({ left: event.clientX, top: event.clientY }) ?? {};
            files.add(dropped, pos ?? view.state.doc.content.size);
            return true;
          },
        },
      }),
    ];
  },
});

/**
 * The files on a clipboard. Programs put a picture of what was copied beside its text: where there is text with a look, that
 * is what was meant. A browser that copies an image puts nothing beside it but the image's address.
 */
export function pastedFiles(data: Pick<DataTransfer, 'files' | 'getData'> | null): File[] {
  const files = [...(data?.files ?? [])];
  if (files.length === 0) return [];
  const html = data?.getData('text/html') ?? '';
  if (html === '') return files;
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  return body.textContent.trim() === '' ? files : [];
}

/** Asks the person for files of this computer. */
export function chooseFiles({ images }: { images: boolean }, ontaken: (files: File[]) => void): void {
  const chooser = document.createElement('input');
  chooser.type = 'file';
  chooser.multiple = true;
  if (images) chooser.accept = 'image/*';
  chooser.hidden = true;
  const end = () => chooser.remove();
  chooser.addEventListener('cancel', end);
  chooser.addEventListener('change', () => {
    end();
    ontaken([...(chooser.files ?? [])]);
  });
  // Some browsers ask only for what is on the page.
  document.body.append(chooser);
  chooser.click();
}
