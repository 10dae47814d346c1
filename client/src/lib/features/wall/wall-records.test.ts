import { expect, test } from 'vitest';
import { anId } from '../../../test/records.ts';
import { aWallAlert, aWallRun } from '../../../test/wall.ts';
import { isOlderAlert, isOlderRun, openAlerts, put, sorted } from './wall-records.ts';

const hour = 3_600_000;
const now = Date.parse('2026-11-21T12:00:00.000Z');
const before = (hours: number) => new Date(now - hours * hour).toISOString();

test('an older copy of a run never takes the place of a newer one', () => {
  const known = aWallRun({ version: 3, lastSeq: 9 });
  expect(put([known], aWallRun({ version: 2, lastSeq: 9 }), isOlderRun)).toEqual([known]);
  const fresh = aWallRun({ version: 4, lastSeq: 10 });
  expect(put([known, aWallRun({ id: anId(2) })], fresh, isOlderRun)[0]).toEqual(fresh);
});

test('what runs comes longest first, what waits blocked first, what ended newest first and only for two hours', () => {
  const names = (runs: readonly { name: string }[]) => runs.map(({ name }) => name);
  const runs = [
    aWallRun({ id: anId(1), name: 'young', startedAt: before(1) }),
    aWallRun({ id: anId(2), name: 'old', startedAt: before(9) }),
    aWallRun({ id: anId(3), name: 'waits', state: 'pending' }),
    aWallRun({ id: anId(4), name: 'blocked', state: 'blocked' }),
    aWallRun({ id: anId(5), name: 'an hour ago', state: 'failed', finishedAt: before(1) }),
    aWallRun({ id: anId(6), name: 'just now', state: 'completed', finishedAt: before(0) }),
    aWallRun({ id: anId(7), name: 'long ago', state: 'completed', finishedAt: before(3) }),
  ];
  const { running, waiting, ended } = sorted(runs, now);
  expect([running, waiting, ended].map(names)).toEqual([
    ['old', 'young'],
    ['blocked', 'waits'],
    ['just now', 'an hour ago'],
  ]);
});

test('an alert that somebody acknowledged is gone, and does not come back with an old word', () => {
  const acknowledged = put([aWallAlert()], aWallAlert({ state: 'acknowledged', version: 1 }), isOlderAlert);
  expect(openAlerts(acknowledged)).toEqual([]);
  expect(openAlerts(put(acknowledged, aWallAlert({ lastIndex: 9 }), isOlderAlert))).toEqual([]);
  expect(openAlerts([aWallAlert({ openedAt: before(2) }), aWallAlert({ id: anId(2), openedAt: before(1) })])).toEqual([
    expect.objectContaining({ id: anId(2) }),
    expect.objectContaining({ id: anId(1) }),
  ]);
});
