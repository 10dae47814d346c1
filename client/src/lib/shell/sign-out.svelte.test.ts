import { beforeEach, expect, test, vi } from 'vitest';
import type { Unsent } from '#lib/realtime/unsent.svelte.ts';
import { aPerson } from '../../test/records.ts';
import { heardOf, RememberedPerson } from './remembered-person.ts';
import { SignOut } from './sign-out.svelte.ts';

beforeEach(() => localStorage.clear());

const unsent: Unsent = { kind: 'entry', id: 'e1', name: 'Oxide etch', changes: 3, apart: 0, atRisk: 0 };

/** Somebody about to leave; `looks`: what only this computer has, each time it is looked at. */
function leaving(looks: Unsent[][]) {
  const done: string[] = [];
  const signOut = new SignOut({
    onThisComputer: {
      look: async () => looks.shift() ?? [],
      leave: async (how) => void done.push(`unsent ${how}`),
    },
    remembered: { forget: () => void done.push('forgotten') },
    end: async () => {
      done.push('signed out');
      return '/sign-in?signedOut';
    },
    go: (address) => void done.push(address),
    moment: async () => void done.push('waited'),
  });
  return { signOut, done };
}

test('[RT86] with everything on the server nobody is asked, and nothing stays on this computer', async () => {
  const { signOut, done } = leaving([[]]);
  await signOut.begin();
  expect(done).toEqual(['signed out', 'unsent goes', 'forgotten', '/sign-in?signedOut']);
});

test('the last keystrokes get a moment to arrive before anybody is asked', async () => {
  const { signOut, done } = leaving([[unsent], []]);
  await signOut.begin();
  expect([done[0], done[1], signOut.asking]).toEqual(['waited', 'signed out', null]);
});

test('[RT86] something unsent is asked about, and nothing happens until it is answered', async () => {
  const { signOut, done } = leaving([[unsent], [unsent]]);
  await signOut.begin();
  expect([signOut.asking, done]).toEqual([[unsent], ['waited']]);
  signOut.stay();
  expect([signOut.asking, done]).toEqual([null, ['waited']]);
  await signOut.leave('stays');
  expect(done).toContain('unsent stays');
});

test('who cannot sign out has lost nothing', async () => {
  const leave = vi.fn<() => Promise<void>>();
  const signOut = new SignOut({
    onThisComputer: { look: async () => [], leave },
    remembered: { forget: () => {} },
    end: () => Promise.reject(new Error('offline')),
    go: () => {},
  });
  await expect(signOut.begin()).rejects.toThrow('offline');
  expect(leave).not.toHaveBeenCalled();
});

test('[RT86] tabs hear who signs out and who signs in instead', () => {
  const ada = aPerson('engineer');
  const written = () => localStorage.getItem('cobench.me');
  const remembered = new RememberedPerson();
  remembered.signedIn({ ...ada, role: 'viewer' });
  expect(heardOf(written(), ada)).toBe('nothing');
  remembered.signedIn({ ...ada, id: 'ben', organisation: { ...ada.organisation, id: 'other' } });
  expect(remembered.me).toBe(null);
  remembered.signedIn({ ...aPerson('pi'), id: '01990000-0000-7000-8000-000000000008' });
  expect(heardOf(written(), ada)).toBe('somebody-else');
  remembered.ended();
  expect([heardOf(written(), ada), remembered.me]).toEqual(['nothing', null]);
  remembered.forget();
  expect(heardOf(written(), ada)).toBe('signed-out');
});
