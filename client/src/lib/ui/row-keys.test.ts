import { afterEach, expect, test } from 'vitest';
import { rowKeys } from './row-keys.ts';

let leave = () => {};
afterEach(() => leave());

test('the arrow keys, Home and End move between rows', () => {
  document.body.innerHTML = `<table><tbody>
    <tr><td><a href="#1" data-row-link>1</a><button>x</button></td></tr>
    <tr><td><a href="#2" data-row-link>2</a></td></tr>
    <tr><td><a href="#3" data-row-link>3</a></td></tr></tbody></table>`;
  const body = document.querySelector('tbody')!;
  leave = rowKeys(body);
  const press = (key: string) => {
    document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    return document.activeElement!.textContent;
  };
  document.querySelector('a')!.focus();
  expect(['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowUp', 'Home', 'End'].map(press)).toEqual([
    '2',
    '3',
    '3',
    '2',
    '1',
    '3',
  ]);
  document.querySelector('button')!.focus();
  expect(press('ArrowDown')).toBe('2');
});
