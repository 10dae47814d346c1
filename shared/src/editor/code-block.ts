import { CodeBlock as TiptapCodeBlock } from '@tiptap/extension-code-block';

/** A code block whose markdown fence is always longer than any run of backticks inside it. */
export const CodeBlock = TiptapCodeBlock.extend({
  renderMarkdown: ({ attrs, content }) => {
    const code = (content ?? []).map(({ text }) => text ?? '').join('');
    const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map(([run]) => run.length));
    const fence = '`'.repeat(longest + 1);
    return `${fence}${String(attrs?.['language'] ?? '')}\n${code}\n${fence}`;
  },
});
