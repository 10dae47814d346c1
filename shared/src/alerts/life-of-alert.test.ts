import { expect, test } from 'vitest';
import type { AlertState } from './alert.ts';
import { alertTasks, isActive, stepsLeft, tasksIn, whyNot, type AlertTask } from './life-of-alert.ts';

const tasks = Object.keys(alertTasks) as AlertTask[];
const states = Object.keys(tasksIn) as AlertState[];
const snoozed = { until: null, untilIndex: null, untilChange: true, byName: 'Ana', at: '', reason: '' };
const withdrawn = { limitsVersion: 2, at: '', byName: 'Ana' };

test('what may be done is what the table says, and what may not has a reason', () => {
  for (const state of states) {
    for (const task of tasks) {
      const why = whyNot({ state, withdrawn: null, snoozed }, task);
      expect(why === null).toBe(tasksIn[state].includes(task));
      expect(why ?? '.').toMatch(/\.$/);
    }
  }
});

test('nothing is done with an alert that was withdrawn', () => {
  for (const state of states) {
    for (const task of tasks) expect(whyNot({ state, withdrawn, snoozed: null }, task)).toContain('was withdrawn');
  }
});

test('only one that is snoozed wakes up', () => {
  expect(whyNot({ state: 'open', withdrawn: null, snoozed: null }, 'wake')).toBe('This alert is not snoozed.');
  expect(whyNot({ state: 'closed', withdrawn: null, snoozed: null }, 'wake')).toBe(
    'That cannot be done now: this alert is closed.',
  );
});

test('it asks for somebody unless it is closed, withdrawn or snoozed', () => {
  const one = { state: 'in-action', withdrawn: null, snoozed: null } as const;
  expect([isActive(one), isActive({ ...one, state: 'closed' })]).toEqual([true, false]);
  expect([isActive({ ...one, withdrawn }), isActive({ ...one, snoozed })]).toEqual([false, false]);
});

test('what is left to do is what is required and not done', () => {
  const done = { byName: 'Ana', at: '', note: '' };
  const steps = [
    { text: 'a', required: true, done },
    { text: 'b', required: true, done: null },
    { text: 'c', required: false, done: null },
  ];
  const action = { ownerId: '', ownerName: '', dueAt: null, startedAt: '', startedByName: '', steps };
  expect(stepsLeft({ action }).map(({ text }) => text)).toEqual(['b']);
  expect(stepsLeft({ action: null })).toEqual([]);
});
