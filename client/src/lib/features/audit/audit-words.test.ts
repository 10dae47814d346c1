import { auditActions, kindOf } from '@cobench/shared/audit/actions';
import type { AuditEntry } from '@cobench/shared/audit/audit';
import { expect, test } from 'vitest';
import { actionWords, changedFields, changeWords, doerWords, pageOf } from './audit-words.ts';

const anEntry = (over: Partial<AuditEntry> = {}): AuditEntry => ({
  seq: 1,
  at: '2026-11-21T08:00:00.000Z',
  by: { kind: 'person', id: 'p', name: 'Ann', through: 's' },
  action: 'project.edit',
  outcome: 'done',
  record: { kind: 'project', id: 'r', name: 'Wafers' },
  reason: '',
  before: null,
  after: null,
  hash: '',
  ...over,
});

test('every action has words, done and refused', () => {
  for (const action of auditActions) {
    const record = { kind: kindOf(action), id: '', name: '' };
    expect(actionWords(anEntry({ action, record })), action).toMatch(/^[A-Z][a-z]/);
    expect(actionWords(anEntry({ action, record, outcome: 'refused' })), action).toMatch(/^Refused: [a-z]+ \S/);
  }
});

test.each([
  [anEntry(), 'Changed project'],
  [anEntry({ action: 'session.begin', record: { kind: 'session', id: '', name: '' } }), 'Signed in'],
  [anEntry({ action: 'api-key.revoke', record: { kind: 'api-key', id: '', name: '' } }), 'Revoked API key'],
  [anEntry({ outcome: 'refused', action: 'project.delete' }), 'Refused: delete project'],
  [anEntry({ outcome: 'refused', action: 'session.begin' }), 'Refused: sign in'],
])('%#: what was done is told in words', (entry, words) => {
  expect(actionWords(entry)).toBe(words);
});

test('fields stand side by side, and one small change is told in the line', () => {
  const entry = anEntry({ before: { role: 'engineer' }, after: { role: 'viewer' } });
  expect(changedFields(entry)).toEqual([{ name: 'role', before: 'engineer', after: 'viewer' }]);
  expect(changeWords(entry)).toBe('role: engineer → viewer');
  expect(changeWords(anEntry({ before: null, after: { role: 'viewer' } }))).toBe('');
  expect(changeWords(anEntry({ before: { a: 1, b: 1 }, after: { a: 2, b: 2 } }))).toBe('');
});

test('who did it is named, also where it is no person, and a record leads to its page', () => {
  expect(doerWords(anEntry().by)).toBe('Ann');
  expect(doerWords({ kind: 'key', id: 'p', name: 'Furnace', through: 'k' })).toBe('Key “Furnace”');
  expect(doerWords({ kind: 'provider', id: '', name: 'https://idp.test', through: '' })).toBe('Sign-in provider');
  expect(pageOf({ kind: 'run', id: 'r1', name: '' })).toBe('/runs/r1');
  expect(pageOf({ kind: 'member', id: 'p', name: '' })).toBeNull();
  expect(pageOf({ kind: 'run', id: '', name: '' })).toBeNull();
});
