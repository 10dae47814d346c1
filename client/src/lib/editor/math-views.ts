import { Extension } from '@tiptap/core';
import { NodeSelection, Plugin } from '@tiptap/pm/state';
import type { NodeView, NodeViewConstructor } from '@tiptap/pm/view';

/** KaTeX is 78 kB: it is fetched when a document has its first equation. */
export const loadKatex = () => import('./katex.ts');

/** Draws equations, and opens them for editing on a click or, when selected, on Enter. */
export const MathViews = Extension.create<{ onedit: () => boolean }>({
  name: 'mathViews',
  addOptions: () => ({ onedit: () => false }),
  addKeyboardShortcuts() {
    return { Enter: () => this.options.onedit() };
  },
  addProseMirrorPlugins() {
    const { onedit } = this.options;
    return [new Plugin({ props: { nodeViews: { inlineMath: mathView(onedit), blockMath: mathView(onedit) } } })];
  },
});

const mathView =
  (onedit: () => boolean): NodeViewConstructor =>
  (first, view, getPos): NodeView => {
    const display = first.type.name === 'blockMath';
    const dom: HTMLElement = document.createElement(display ? 'div' : 'span');
    dom.className = display ? 'equation equation-block' : 'equation';
    let drawn = '';
    const draw = async (latex: string) => {
      drawn = latex;
      // Until KaTeX is there, the LaTeX itself is better than nothing.
      if (dom.childNodes.length === 0) dom.textContent = latex;
      dom.title = latex;
      const { drawLatex } = await loadKatex();
      if (drawn === latex) drawLatex(latex, { into: dom, display });
    };
    // A long one scrolls sideways, and any can be opened: the keyboard must reach it.
    if (display) dom.tabIndex = 0;
    void draw(String(first.attrs['latex']));
    const open = () => {
      const at = getPos();
      if (!view.editable || at === undefined) return;
      view.dispatch(view.state.tr.setSelection(NodeSelection.create(view.state.doc, at)));
      onedit();
    };
    dom.addEventListener('click', open);
    dom.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') open();
    });
    return {
      dom,
      update(node) {
        if (node.type !== first.type) return false;
        if (node.attrs['latex'] !== drawn) void draw(String(node.attrs['latex']));
        return true;
      },
      // Keys that the equation gets while it has the focus itself are not meant for the text around it.
      stopEvent: (event) => event instanceof KeyboardEvent && event.target === dom,
      ignoreMutation: () => true,
    };
  };
