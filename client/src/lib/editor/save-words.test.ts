import { expect, test } from 'vitest';
import { saveWords } from './save-words.ts';

const at = new Date(2026, 10, 21, 12, 4);
const synced = { state: 'synced' } as const;
const offline = { state: 'offline' } as const;

test('saved is said with the time the server said it', () => {
  expect(saveWords({ state: 'saved', at }, synced)).toEqual({ text: 'Saved 12:04', mood: 'calm' });
  expect(saveWords({ state: 'saved', at: null }, synced)).toEqual({ text: 'Saved', mood: 'calm' });
});

test('what is not on the server is counted, and where it is instead is said', () => {
  expect(saveWords({ state: 'saving', changes: 3 }, synced)).toEqual({ text: 'Saving…', mood: 'busy' });
  expect(saveWords({ state: 'kept', changes: 14 }, offline)).toEqual({
    text: 'Offline: 14 changes on this computer, not on the server yet',
    mood: 'away',
  });
  expect(saveWords({ state: 'unsaved', changes: 1 }, { state: 'reconnecting' })).toEqual({
    text: 'Reconnecting: 1 change not saved yet',
    mood: 'risk',
  });
  expect(saveWords({ state: 'kept', changes: 2 }, synced).text).toMatch(/^Not sent: 2 changes/);
  expect(saveWords({ state: 'kept', changes: 2 }, { state: 'closed', reason: 'signed-out' }).text).toMatch(
    /^Signed out: 2 changes/,
  );
});

test('without a connection nothing is called saved, as others may have changed it', () => {
  expect(saveWords({ state: 'saved', at }, offline)).toEqual({ text: 'Offline', mood: 'away' });
  expect(saveWords({ state: 'saved', at: null }, { state: 'loading' }).mood).toBe('busy');
});
