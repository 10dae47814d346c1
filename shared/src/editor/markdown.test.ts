import { expect, test } from 'vitest';
import { documentToMarkdown, markdownToDocument } from './markdown.ts';

const page = `# Oxide etch

Rate was **12.4 nm/min** at $\\eta = 0.8$.

- [ ] weigh the wafer
- [x] log the pressure

| step | time |
| --- | --- |
| etch | 30 s |

\`\`\`python
print(1)
\`\`\`

> watch the chuck
`;

test('headings, emphasis, tasks, tables, code, math and quotes survive the way in and out', () => {
  const once = documentToMarkdown(markdownToDocument(page));
  const twice = documentToMarkdown(markdownToDocument(once));
  expect(twice).toBe(once);
  for (const piece of [
    '# Oxide etch',
    '**12.4 nm/min**',
    '$\\eta = 0.8$',
    '[x] log',
    '| etch',
    '```python',
    '> watch',
  ]) {
    expect(once).toContain(piece);
  }
});

test('HTML in markdown never becomes an element of ours', () => {
  const json = JSON.stringify(markdownToDocument('hello <script>alert(1)</script> <img src=x onerror=alert(1)>'));
  expect(json).not.toMatch(/"type":"(script|image)"/);
});

const paragraph = (text: string, ...marks: string[]) => ({
  type: 'paragraph',
  content: [{ type: 'text', text, ...(marks.length > 0 ? { marks: marks.map((type) => ({ type })) } : {}) }],
});

test.each([
  '# not a heading',
  '1. not a list',
  '2) nor this',
  '- a dash',
  '+ a plus',
  '---',
  '> a quote',
  'between $5 and $10, or $5-$10',
  'x = $y$',
  '$$x$$',
  'a | b',
  '<b>&amp;</b>',
  '* a_b_c ~d~ ==e== ++f++',
  '```python',
  '[text](address)',
  'back\\slash \\$5',
  '=== rule',
])('text that looks like markdown stays text: %s', (text) => {
  const document = { type: 'doc', content: [paragraph(text), paragraph('next')] };
  expect(markdownToDocument(documentToMarkdown(document))).toEqual(document);
});

test('bars and line breaks in a table, and backticks in code, survive', () => {
  const cell = (type: string, ...content: object[]) => ({ type, content });
  const document = {
    type: 'doc',
    content: [
      {
        type: 'table',
        content: [
          { type: 'tableRow', content: [cell('tableHeader', paragraph('P | Q'))] },
          {
            type: 'tableRow',
            content: [
              cell('tableCell', {
                type: 'paragraph',
                content: [{ type: 'text', text: '1' }, { type: 'hardBreak' }, { type: 'text', text: '2' }],
              }),
            ],
          },
        ],
      },
      { type: 'codeBlock', attrs: { language: 'bash' }, content: [{ type: 'text', text: '```\necho $x | wc\n```' }] },
      paragraph('run `date` now', 'code'),
    ],
  };
  expect(markdownToDocument(documentToMarkdown(document))).toEqual(document);
});

test('an equation is read as pandoc reads it: amounts of money are none', () => {
  const equations = (markdown: string) =>
    [...JSON.stringify(markdownToDocument(markdown)).matchAll(/"latex":"([^"]*)"/g)].map(([, latex]) => latex);
  expect(equations('costs $5 and $10, $5-$10')).toEqual([]);
  expect(equations('rate $x^2$, then $2y$ and\n\n$$\na + b\n$$\n')).toEqual(['x^2', '2y', 'a + b']);
});

test('lines of one paragraph are joined, lines of code are not', () => {
  expect(documentToMarkdown(markdownToDocument('one\ntwo **three\nfour**'))).toBe('one two **three four**');
  expect(documentToMarkdown(markdownToDocument('```\na\nb\n```'))).toBe('```\na\nb\n```');
});
