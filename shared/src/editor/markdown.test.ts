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
