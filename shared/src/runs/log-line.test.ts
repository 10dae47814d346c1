import { expect, test } from 'vitest';
import { holds, logLine, type LoggedEvent } from './log-line.ts';
import type { Result } from './result.ts';

const at = '2026-11-21T10:00:00.000Z';
const seen = '2026-11-21T09:59:58.000Z';
const recorded = { seq: 7, at, observedAt: null };
const depth: Result = {
  name: 'Depth',
  value: 101.3,
  unit: 'nm',
  tolerance: { lower: 90, upper: 110 },
  at,
  by: 'Ada',
  byId: '01900000-0000-7000-8000-000000000009',
};
const text = (event: LoggedEvent) => logLine(event).text;

test('a line is at the time the instrument saw it', () => {
  const line = logLine({ ...recorded, kind: 'log', level: 'warning', text: 'Low flow', observedAt: seen });
  expect(line).toEqual({ seq: 7, at: seen, level: 'warning', text: 'Low flow' });
});

test('what is no log line stands in it in plain words', () => {
  expect(text({ ...recorded, kind: 'state', state: 'failed', reason: 'No gas', by: 'Ada' })).toBe(
    'Ada marked the run as failed: No gas',
  );
  expect(text({ ...recorded, kind: 'step', name: 'Main etch', turn: 'started' })).toBe('Main etch has begun');
  expect(text({ ...recorded, kind: 'result', result: depth })).toBe(
    'Ada recorded Depth: 101.3 nm, within 90 to 110 nm',
  );
});

test('a result says on which side of its tolerance it is, and nothing without one', () => {
  const of = (result: Partial<Result>) => text({ ...recorded, kind: 'result', result: { ...depth, ...result } });
  expect(of({ value: 120, tolerance: { lower: null, upper: 110 } })).toBe(
    'Ada recorded Depth: 120 nm, outside at most 110 nm',
  );
  expect(of({ value: 90, tolerance: { lower: 90, upper: null } })).toBe(
    'Ada recorded Depth: 90 nm, within at least 90 nm',
  );
  expect(of({ value: true, unit: '', tolerance: null })).toBe('Ada recorded Depth: yes');
});

test('what is looked for is found in capitals or not', () => {
  const line = logLine({ ...recorded, kind: 'log', level: 'info', text: 'Plasma ON' });
  expect([holds(line, 'plasma on'), holds(line, 'off')]).toEqual([true, false]);
});
