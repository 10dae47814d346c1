import { beforeEach, expect, test, vi } from 'vitest';
import { Appearance } from './appearance.svelte.ts';

beforeEach(() => {
  localStorage.clear();
  vi.stubGlobal('matchMedia', (query: string) => ({ matches: query.includes('dark'), addEventListener() {} }));
});

test('the system decides until somebody chooses; the choice is remembered', () => {
  const appearance = new Appearance();
  expect([appearance.theme, appearance.dark]).toEqual(['system', true]);
  appearance.theme = 'light';
  appearance.density = 'compact';
  const again = new Appearance();
  expect([again.theme, again.dark, again.density]).toEqual(['light', false, 'compact']);
});

test('nonsense in the store is the default', () => {
  localStorage.setItem('cobench.theme', 'purple');
  expect(new Appearance().theme).toBe('system');
});

test('another tab is followed', () => {
  const appearance = new Appearance();
  appearance.adopt({ key: 'cobench.theme', newValue: 'light' });
  appearance.adopt({ key: 'cobench.density', newValue: 'compact' });
  expect([appearance.theme, appearance.density]).toEqual(['light', 'compact']);
});
