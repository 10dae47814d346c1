import { expect, test } from 'vitest';
import { drawnMarkdown } from './drawn-markdown.ts';

function drawn(markdown: string): HTMLElement {
  const element = document.createElement('article');
  drawnMarkdown(markdown)?.(element);
  return element;
}

test('headings, lists and tables are drawn as documents of the notebook are', () => {
  const page = drawn('# Etch\n\n- [x] pump\n\n| a | b |\n|---|---|\n| 1 | 2 |\n');
  expect([page.querySelector('h1')?.textContent, page.querySelectorAll('td, th').length]).toEqual(['Etch', 4]);
  expect(page.querySelector<HTMLInputElement>('input')?.disabled).toBe(true);
});

test.each([
  '<script>globalThis.ran = 1</script>',
  '<img src=x onerror="globalThis.ran = 1">',
  '![x](javascript:alert(1))',
  '![x](https://elsewhere.test/beacon.png)',
  '[click](javascript:alert(1))',
  '[click](data:text/html,<script>1</script>)',
  '<iframe src="/api/v1/me"></iframe>',
  '<a href="javascript:alert(1)">x</a>',
  '<svg><script>1</script></svg>',
  '<form action="/x"><button>go</button></form>',
])('%s runs nothing, loads nothing and sends nothing', (markdown) => {
  const page = drawn(`before\n\n${markdown}\n\nafter`);
  expect([...page.querySelectorAll('script, iframe, img, form, svg, object, style')]).toEqual([]);
  expect(
    [...page.querySelectorAll('*')].flatMap((one) => one.getAttributeNames().filter((name) => name.startsWith('on'))),
  ).toEqual([]);
  expect(
    [...page.querySelectorAll('a')]
      .map((link) => link.getAttribute('href') ?? '')
      .filter((href) => /^(javascript|data):/i.test(href)),
  ).toEqual([]);
  expect(page.textContent).toContain('after');
});
