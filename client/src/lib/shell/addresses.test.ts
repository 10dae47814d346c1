import { expect, test } from 'vitest';
import { safeReturn, signInPage } from './auth.ts';
import { isAt } from './navigation.ts';
import { scopeOf } from './project-scope.ts';
import { signInProblem } from './sign-in-problem.ts';

test.each([
  ['/notebook?q=etch', '/notebook?q=etch'],
  [null, '/'],
  ['https://evil.test/', '/'],
  ['//evil.test', '/'],
  ['/\\evil.test', '/'],
  ['/sign-in?returnTo=/', '/'],
])('after the sign-in %s leads to %s', (asked, answer) => {
  expect(safeReturn(asked)).toBe(answer);
});

test('the sign-in page remembers where one wanted to go', () => {
  expect([signInPage('/'), signInPage('/runs?state=running')]).toEqual([
    '/sign-in',
    '/sign-in?returnTo=%2Fruns%3Fstate%3Drunning',
  ]);
});

test('a page below a destination belongs to it; home is only itself', () => {
  expect([isAt('/runs', '/runs/1'), isAt('/runs', '/runsheet'), isAt('/', '/runs'), isAt('/', '/')]).toEqual([
    true,
    false,
    false,
    true,
  ]);
});

test.each([
  [null, 'p1', { projectId: 'p1', home: 'p1' }],
  [null, null, { projectId: null, home: null }],
  ['all', 'p1', { projectId: null, home: 'p1' }],
  ['p2', 'p1', { projectId: 'p2', home: 'p2' }],
])('?project=%s with %s as the current project', (parameter, current, scope) => {
  expect(scopeOf(parameter, current)).toEqual(scope);
});

test('every failure of a sign-in has words; an unknown one reads like a plain failure', () => {
  expect(signInProblem(null)).toBe(null);
  expect(signInProblem('no-membership')).toContain('not a member');
  expect(signInProblem('toString')).toBe(signInProblem('failed'));
});
