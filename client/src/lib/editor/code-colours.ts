import type { highlightCode as Highlight } from '@cobench/shared/editor/code-highlight';
import { Extension } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { Plugin, PluginKey, type EditorState } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';

const key = new PluginKey<DecorationSet>('codeColours');

/** Colours code blocks. The languages are fetched when a document has its first block in one. */
export const CodeColours = Extension.create({
  name: 'codeColours',
  addProseMirrorPlugins() {
    let highlight: typeof Highlight | null = null;
    // By text: the binding makes new nodes of the whole document at each change of somebody else.
    let known = new Map<string, ReturnType<typeof Highlight>>();
    const colour = ({ doc }: EditorState): DecorationSet => {
      const decorations: Decoration[] = [];
      const used: typeof known = new Map();
      if (highlight === null) return DecorationSet.empty;
      for (const { node, at } of codeBlocks(doc)) {
        const name = `${languageOf(node)}\n${node.textContent}`;
        const spans = known.get(name) ?? highlight(node.textContent, languageOf(node));
        used.set(name, spans);
        for (const { from, to, className } of spans) {
          decorations.push(Decoration.inline(at + 1 + from, at + 1 + to, { class: className }));
        }
      }
      known = used;
      return DecorationSet.create(doc, decorations);
    };
    return [
      new Plugin<DecorationSet>({
        key,
        state: {
          init: () => DecorationSet.empty,
          apply: (transaction, colours, _before, state) =>
            transaction.docChanged || transaction.getMeta(key) !== undefined ? colour(state) : colours,
        },
        props: { decorations: (state) => key.getState(state) },
        view: (view) => {
          let asked = false;
          const fetchLanguages = async () => {
            asked = true;
            ({ highlightCode: highlight } = await import('@cobench/shared/editor/code-highlight'));
            if (!view.isDestroyed) view.dispatch(view.state.tr.setMeta(key, 'fetched'));
          };
          const look = () => {
            if (!asked && codeBlocks(view.state.doc).some(({ node }) => languageOf(node) !== null))
              void fetchLanguages();
          };
          look();
          return { update: look };
        },
      }),
    ];
  },
});

const languageOf = (node: Node): string | null => {
  const language: unknown = node.attrs['language'];
  return typeof language === 'string' && language !== '' ? language : null;
};

function codeBlocks(doc: Node): { node: Node; at: number }[] {
  const blocks: { node: Node; at: number }[] = [];
  doc.descendants((node, at) => {
    if (node.type.name === 'codeBlock') blocks.push({ node, at });
    return !node.isTextblock;
  });
  return blocks;
}
