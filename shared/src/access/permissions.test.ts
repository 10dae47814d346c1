import { expect, test } from 'vitest';
import { minimumRole, roleAllows, type Action } from './permissions.ts';
import { roles } from './roles.ts';

const actions = Object.keys(minimumRole) as Action[];

test.each(actions)('%s: whoever may, every stronger role may too', (action) => {
  const verdicts = roles.map((role) => roleAllows(role, action));
  expect(verdicts.lastIndexOf(false)).toBeLessThan(verdicts.indexOf(true));
});

test('a viewer reads and changes nothing', () => {
  const allowed = actions.filter((action) => roleAllows('viewer', action));
  expect(allowed.every((action) => action.endsWith('.read'))).toBe(true);
});

test('a person without a membership may nothing', () => {
  expect(actions.some((action) => roleAllows(null, action))).toBe(false);
});

test.each([
  ['technician', 'run.create', true],
  ['technician', 'entry.edit', false],
  ['engineer', 'entry.edit', true],
  ['engineer', 'project.delete', false],
  ['pi', 'project.delete', true],
  ['pi', 'api-key.manage', false],
  ['admin', 'api-key.manage', true],
] as const)('a %s asking for %s: %s', (role, action, answer) => {
  expect(roleAllows(role, action)).toBe(answer);
});
