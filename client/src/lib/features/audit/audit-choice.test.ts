import { expect, test } from 'vitest';
import { choiceIn, exportAddress, isNarrowed } from './audit-choice.ts';

const read = (query: string) => choiceIn(new URLSearchParams(query));

test('an address says what is shown; what it does not understand is left out', () => {
  const nothing = { kind: null, outcome: null, person: null, record: null, from: null, to: null };
  expect(read('')).toEqual(nothing);
  expect(read('kind=nonsense&outcome=maybe&person=me&from=yesterday&to=2026-13-40')).toEqual(nothing);
  expect(read('kind=run&outcome=refused&from=2026-11-01&to=2026-11-30')).toEqual({
    ...nothing,
    kind: 'run',
    outcome: 'refused',
    from: '2026-11-01',
    to: '2026-11-30',
  });
  expect([isNarrowed(read('')), isNarrowed(read('kind=run'))]).toEqual([false, true]);
});

test('a file holds what is shown: whole days of the calendar here, the last included', () => {
  const address = new URL(exportAddress(read('from=2026-11-01&to=2026-11-30&kind=run'), 'csv'), 'http://lab.test');
  expect(address.pathname).toBe('/api/v1/audit/export');
  expect(Object.fromEntries(address.searchParams)).toEqual({
    format: 'csv',
    kind: 'run',
    from: new Date(2026, 10, 1).toISOString(),
    until: new Date(2026, 11, 1).toISOString(),
  });
});
