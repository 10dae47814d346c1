import { expect, test } from 'vitest';
import { saveWords } from './save-words.ts';

const at = new Date(2026, 10, 21, 12, 4);
const synced = { state: 'synced' } as const;
const offline = { state: 'offline' } as const;

test('saved is said with the time the server said it', () => {
  expect(saveWords({ state: 'saved', at }, synced)).toEqual({ text: 'Saved 12:04', mood: 'calm' });
  expect(saveWords({ state: 'saved', at: null }, synced)).toEqual({ text: 'Saved', mood: 'calm' });
});

test('what is not on the server is counted', () => {
  expect(saveWords({ state: 'saving', changes: 3 }, synced)).toEqual({ text: 'Saving…', mood: 'busy' });
  expect(saveWords({ state: 'offline', changes: 14 }, offline).text).toBe('Offline: 14 changes kept in this tab');
  expect(saveWords({ state: 'offline', changes: 1 }, { state: 'reconnecting' }).text).toBe(
    'Reconnecting: 1 change kept in this tab',
  );
  expect(saveWords({ state: 'offline', changes: 2 }, synced).text).toBe('Not sent: 2 changes kept in this tab');
});

test('without a connection nothing is called saved, as others may have changed it', () => {
  expect(saveWords({ state: 'saved', at }, offline)).toEqual({ text: 'Offline', mood: 'away' });
  expect(saveWords({ state: 'saved', at: null }, { state: 'loading' }).mood).toBe('busy');
});
