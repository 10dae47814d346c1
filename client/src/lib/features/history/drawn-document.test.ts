import { compareDocuments } from '@cobench/shared/editor/compare';
import { markdownToDocument } from '@cobench/shared/editor/markdown';
import type { DocNode } from '@cobench/shared/editor/plain-node';
import { fireEvent, render, screen } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import type { Author, DrawnNode } from './drawn-node.ts';
import DrawnDocument from './DrawnDocument.svelte';

const blocksOf = (markdown: string): DrawnNode[] => (markdownToDocument(markdown) as DrawnNode).content as DrawnNode[];
const drawn = () => document.querySelector('article.past')!;

test('a document looks as in the editor: the same elements, the same text, no space more', () => {
  const markdown = [
    '## Plan',
    'Etch **four** *wafers* by [the book](https://lab.example/book).',
    '- [x] weigh\n- [ ] etch',
    '3. one\n4. two',
    '| a | b |\n|---|---|\n| 1 | 2 |',
    '```python\nx = 1\n  y = 2\n```',
    '> said',
    '---',
  ].join('\n\n');
  render(DrawnDocument, { blocks: blocksOf(markdown), label: 'Text' });
  const html = drawn();
  expect(html.querySelector('h2')!.textContent).toBe('Plan');
  expect(html.querySelector('p')!.textContent).toBe('Etch four wafers by the book.');
  expect(html.querySelector('a')!.getAttribute('href')).toBe('https://lab.example/book');
  expect(html.querySelector('.run-bold')!.textContent).toBe('four');
  expect(
    [...html.querySelectorAll('ul[data-type=taskList] input')].map((box) => (box as HTMLInputElement).checked),
  ).toEqual([true, false]);
  expect(html.querySelector('ol')!.getAttribute('start')).toBe('3');
  expect([...html.querySelectorAll('th, td')].map(({ textContent }) => textContent)).toEqual(['a', 'b', '1', '2']);
  expect(html.querySelector('pre')!.textContent).toBe('x = 1\n  y = 2');
  expect(html.querySelectorAll('blockquote p, hr')).toHaveLength(2);
});

test('what this version does not know is shown by its text, and no link leads to a script', () => {
  const blocks: DrawnNode[] = [
    { type: 'callout', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Careful' }] }] },
    {
      type: 'paragraph',
      content: [{ type: 'text', text: 'x', marks: [{ type: 'link', attrs: { href: 'javascript:alert(1)' } }] }],
    },
  ];
  render(DrawnDocument, { blocks, label: 'Text' });
  expect(drawn().textContent).toBe('Carefulx');
  expect(drawn().querySelector('a')).toBeNull();
});

test('a difference is told in words too, for those who see no colours', () => {
  const of = (markdown: string) => markdownToDocument(markdown) as DocNode;
  const { content } = compareDocuments(of('## Rate\n\n31.8 nm\n\n- [ ] etch'), of('# Rate\n\n32.4 nm\n\n- [x] etch'));
  render(DrawnDocument, { blocks: content ?? [], label: 'What changed' });
  expect(drawn().querySelector('p')!.textContent).toBe('[removed: 31.8][added: 32.4] nm');
  expect([...drawn().querySelectorAll('.change-note')].map(({ textContent }) => textContent)).toEqual([
    'was heading 2',
    'now checked',
  ]);
});

test('the arrow keys go from one author’s text to the next, and say whose it is', async () => {
  const authors: Author[] = ['Ada', 'Max'].map((name) => ({ id: name, name, colour: '#113355', words: `by ${name}` }));
  const blocks = [
    {
      type: 'paragraph',
      by: 0,
      content: [
        { type: 'text', text: 'one ', by: 0 },
        { type: 'text', text: 'two', by: 1 },
      ],
    },
  ];
  render(DrawnDocument, {
    blocks,
    label: 'Text',
    authorOf: (by) => authors[by] ?? null,
    look: 'names',
    hint: 'Point.',
  });
  expect(drawn().textContent).toBe('Adaone Maxtwo');
  const status = screen.getByRole('status');
  expect(status.textContent).toContain('Point.');
  const article = drawn() as HTMLElement;
  article.focus();
  await fireEvent.keyDown(article, { key: 'ArrowRight' });
  expect([document.activeElement?.textContent, status.textContent?.trim()]).toEqual(['one ', 'by Ada']);
  await fireEvent.keyDown(document.activeElement!, { key: 'ArrowRight' });
  expect([document.activeElement?.textContent, status.textContent?.trim()]).toEqual(['two', 'by Max']);
});
