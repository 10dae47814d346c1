import { documentSchema } from '@cobench/shared/editor/markdown';
import { expect, test } from 'vitest';
import { looksLikeMarkdown, markdownNodes } from './markdown-paste.ts';

test.each([
  '# Etch log',
  '- weigh\n- log',
  '1. first\n2. second',
  '- [ ] to do',
  '```python\nprint(1)\n```',
  '| a | b |\n| --- | --- |\n| 1 | 2 |',
  'a **strong** word',
  'run `date`',
  'see [the paper](https://example.org)',
  'the rate $\\eta = 0.8$ is fine',
])('taken for markdown: %s', (text) => {
  expect(looksLikeMarkdown(text)).toBe(true);
});

test.each(['A plain sentence. And another.', 'x = 3 * 4 * 5', 'costs $5 and $10', '#1 priority', 'snake_case_name'])(
  'taken as it is: %s',
  (text) => {
    expect(looksLikeMarkdown(text)).toBe(false);
  },
);

test('markdown becomes nodes of the schema', () => {
  const document = markdownNodes('# Etch\n\n- [x] weighed', documentSchema);
  expect(document?.toString()).toBe('doc(heading("Etch"), taskList(taskItem(paragraph("weighed"))))');
});
