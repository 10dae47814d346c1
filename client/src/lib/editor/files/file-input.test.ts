import { expect, test } from 'vitest';
import { pastedFiles } from './file-input.ts';

const picture = new File(['x'], 'image.png', { type: 'image/png' });
const clipboard = (html: string, files = [picture]) =>
  ({ files, getData: (type: string) => (type === 'text/html' ? html : '') }) as unknown as DataTransfer;

test('a screenshot, a copied image and a copied file are taken', () => {
  expect(pastedFiles(clipboard(''))).toEqual([picture]);
  expect(pastedFiles(clipboard('<html><body><img src="https://example.org/x.png"></body></html>'))).toEqual([picture]);
});

test('a table or a text that was copied with its picture stays text', () => {
  expect(pastedFiles(clipboard('<table><tr><td>31.8</td></tr></table>'))).toEqual([]);
  expect(pastedFiles(clipboard('<p>Plan</p>'))).toEqual([]);
});

test('without files there is nothing to take, and nothing in HTML runs', () => {
  expect(pastedFiles(null)).toEqual([]);
  expect(pastedFiles(clipboard('<img src=x onerror="window.ran = true">', []))).toEqual([]);
  pastedFiles(clipboard('<img src=x onerror="window.ran = true"><script>window.ran = true</script>'));
  expect('ran' in window).toBe(false);
});
