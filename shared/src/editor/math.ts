import { InputRule, mergeAttributes, Node, type MarkdownToken } from '@tiptap/core';

/** The attribute that both kinds of equation keep their LaTeX in. */
const attributes = () => ({
  latex: {
    default: '',
    parseHTML: (element: { getAttribute(name: string): string | null }) => element.getAttribute('data-latex') ?? '',
    renderHTML: (attrs: Record<string, unknown>) => ({ 'data-latex': latexOf(attrs) }),
  },
});

function latexOf(attrs: Record<string, unknown> | undefined): string {
  const latex = attrs?.['latex'];
  return typeof latex === 'string' ? latex : '';
}

// As pandoc reads it: no space inside the dollars, and amounts of money ("$5-$10") are not an equation.
const inlineMarkdown = /^(\${1,2})(?![\s$])((?:\\[^]|[^$\\])+?)(?<!\s)\1(?!\$)/;
const money = /^\$\d[^$]*\$\d/;
const blockMarkdown = /^\$\$[ \t]*\n?((?:\\[^]|[^$\\])+?)\n?[ \t]*\$\$[ \t]*(?:\n|$)/;

/** An equation in a line of text. How it is drawn is the browser's affair: here it is only its LaTeX. */
export const InlineMath = Node.create({
  name: 'inlineMath',
  group: 'inline',
  inline: true,
  atom: true,
  addAttributes: attributes,
  parseHTML: () => [{ tag: 'span[data-type="inline-math"]' }],
  renderHTML: ({ HTMLAttributes }) => ['span', mergeAttributes(HTMLAttributes, { 'data-type': 'inline-math' })],
  markdownTokenizer: {
    name: 'inlineMath',
    level: 'inline',
    start: (source) => source.indexOf('$'),
    tokenize(source) {
      const match = inlineMarkdown.exec(source);
      return match && !money.test(source) ? equation('inlineMath', match[0], match[2]) : undefined;
    },
  },
  parseMarkdown: (token) => ({ type: 'inlineMath', attrs: { latex: token['latex'] } }),
  renderMarkdown: ({ attrs }) => `$${latexOf(attrs)}$`,
  addInputRules() {
    return [
      new InputRule({
        find: /(?<!\$)\$\$([^$\n]+)\$\$$/,
        handler: ({ state, range, match }) => {
          state.tr.replaceWith(range.from, range.to, this.type.create({ latex: match[1]?.trim() ?? '' }));
        },
      }),
    ];
  },
});

/** An equation on lines of its own. */
export const BlockMath = Node.create({
  name: 'blockMath',
  group: 'block',
  atom: true,
  addAttributes: attributes,
  parseHTML: () => [{ tag: 'div[data-type="block-math"]' }],
  renderHTML: ({ HTMLAttributes }) => ['div', mergeAttributes(HTMLAttributes, { 'data-type': 'block-math' })],
  markdownTokenizer: {
    name: 'blockMath',
    level: 'block',
    start: (source) => source.indexOf('\n$$'),
    tokenize(source) {
      const match = blockMarkdown.exec(source);
      return match ? equation('blockMath', match[0], match[1]) : undefined;
    },
  },
  parseMarkdown: (token) => ({ type: 'blockMath', attrs: { latex: token['latex'] } }),
  renderMarkdown: ({ attrs }) => `$$\n${latexOf(attrs)}\n$$`,
});

const equation = (type: string, raw: string, latex = ''): MarkdownToken => ({ type, raw, latex: latex.trim() });
