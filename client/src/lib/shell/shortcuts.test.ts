import { expect, test, vi } from 'vitest';
import { Shortcuts } from './shortcuts.ts';

const press = (
  shortcuts: Shortcuts,
  key: string,
  options: KeyboardEventInit = {},
  target: EventTarget = document.body,
) => {
  const event = new KeyboardEvent('keydown', { key, cancelable: true, bubbles: true, ...options });
  const listener = (heard: Event) => shortcuts.handle(heard as KeyboardEvent);
  target.addEventListener('keydown', listener);
  target.dispatchEvent(event);
  target.removeEventListener('keydown', listener);
  return event;
};

test('Ctrl or ⌘ with a key works everywhere, also while typing', () => {
  const shortcuts = new Shortcuts();
  const open = vi.fn<() => void>();
  shortcuts.on('mod+k', open);
  const input = document.createElement('input');
  expect(press(shortcuts, 'k', { ctrlKey: true }).defaultPrevented).toBe(true);
  press(shortcuts, 'K', { metaKey: true }, input);
  press(shortcuts, 'k');
  expect(open).toHaveBeenCalledTimes(2);
});

test('two keys one after the other go somewhere, unless somebody types', () => {
  const shortcuts = new Shortcuts();
  const go = vi.fn<() => void>();
  const leave = shortcuts.on('g n', go);
  press(shortcuts, 'g');
  press(shortcuts, 'n');
  press(shortcuts, 'n');
  expect(go).toHaveBeenCalledTimes(1);
  const input = document.createElement('textarea');
  press(shortcuts, 'g', {}, input);
  press(shortcuts, 'n', {}, input);
  leave();
  press(shortcuts, 'g');
  press(shortcuts, 'n');
  expect(go).toHaveBeenCalledTimes(1);
});
