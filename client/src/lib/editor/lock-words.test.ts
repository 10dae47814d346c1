import { expect, test } from 'vitest';
import { closeNotice, roleNotice, troubleWords } from './lock-words.ts';
import { offlineWords } from './offline-words.ts';

const saved = { state: 'saved', at: null } as const;
const kept = { state: 'kept', changes: 3 } as const;
const unsaved = { state: 'unsaved', changes: 1 } as const;

test('signed out, it says where the changes are and what sends them', () => {
  expect(closeNotice('signed-out', kept)).toEqual({
    text: 'You are signed out. Your changes are kept on this computer. Sign in to send them.',
    remedy: 'sign-in',
    isStuck: false,
  });
  expect(closeNotice('signed-out', unsaved).text).toBe(
    'You are signed out. 1 change of yours is in this tab only. Sign in to send them.',
  );
  expect(closeNotice('signed-out', saved).text).toContain('What you write is kept on this computer');
});

test('what the server will not take can be let go of, and only what is not there', () => {
  expect(closeNotice('refused', kept)).toMatchObject({ isStuck: true, text: expect.stringContaining('3 changes') });
  expect(closeNotice('refused', saved).isStuck).toBe(false);
  expect(closeNotice('outdated', kept)).toMatchObject({ isStuck: false, remedy: 'reload' });
  expect(roleNotice('role', kept).text).toBe(
    'Your role reads here and does not write. 3 changes of yours are on this computer only.',
  );
});

test('a computer that keeps nothing is said to, with what to do', () => {
  for (const trouble of ['forbidden', 'full', 'newer', 'wiped', 'failed'] as const)
    expect(troubleWords(trouble)).toContain('Keep this tab open');
});

test('offline, it says what waits here and elsewhere', () => {
  const promise = 'You are offline. What you write is kept on this computer and sent when the connection is back.';
  expect(offlineWords({ isKept: true, here: 0, elsewhere: 0 })).toBe(promise);
  expect(offlineWords({ isKept: true, here: 3, elsewhere: 5 })).toBe(
    `${promise} 3 changes here and 5 changes in other documents wait for that.`,
  );
  expect(offlineWords({ isKept: true, here: 1, elsewhere: 0 })).toBe(`${promise} 1 change here waits for that.`);
  expect(offlineWords({ isKept: false, here: 0, elsewhere: 0 })).toBe('You are offline.');
});
