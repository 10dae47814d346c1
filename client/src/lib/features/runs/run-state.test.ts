import { expect, test } from 'vitest';
import { aRun } from '../../../test/lab-records.ts';
import { anId } from '../../../test/records.ts';
import { elapsed, newerRun, shownState, stepTook } from './run-state.ts';

const at = (seconds: number) => new Date(seconds * 1000).toISOString();
const running = aRun({ state: 'running', startedAt: at(0), instrumentId: anId(7) });

test('a running run whose instrument fell silent is stale, and revives by itself', () => {
  const heard = aRun({ ...running, heartbeatAt: at(10) });
  expect([shownState(heard, 40_000), shownState(heard, 40_001)]).toEqual(['running', 'stale']);
  expect(shownState({ ...heard, heartbeatAt: at(40) }, 40_001)).toBe('running');
});

test('an instrument that was never heard of counts from the start', () => {
  expect(shownState(running, 30_001)).toBe('stale');
});

test('a run that is led by hand is never stale, nor is one that has ended', () => {
  expect(shownState({ ...running, instrumentId: null }, 1e9)).toBe('running');
  expect(shownState({ ...running, state: 'completed', heartbeatAt: at(1) }, 1e9)).toBe('completed');
});

test('time runs from the start to the end, and never backwards', () => {
  expect(elapsed(aRun(), 5000)).toBeNull();
  expect(elapsed(running, 5000)).toBe(5000);
  expect(elapsed({ ...running, finishedAt: at(3) }, 5000)).toBe(3000);
  expect(elapsed(running, -5000)).toBe(0);
});

test('of two copies the newer one is known by its version, events and heartbeat', () => {
  const known = aRun({ version: 2, lastSeq: 5, heartbeatAt: at(5) });
  for (const older of [{ version: 1 }, { lastSeq: 4 }, { heartbeatAt: at(4) }])
    expect(newerRun(known, { ...known, ...older, progress: 1 })).toBe(known);
  const fresh = { ...known, heartbeatAt: at(6) };
  expect(newerRun(known, fresh)).toBe(fresh);
});

test('a step takes time while it runs, and none before it began or when it was skipped', () => {
  const step = { name: 'Etch', state: 'running', startedAt: at(10), finishedAt: null } as const;
  expect(stepTook(step, 15_000)).toBe(5000);
  expect(stepTook({ ...step, state: 'finished', finishedAt: at(12) }, 15_000)).toBe(2000);
  expect(stepTook({ ...step, state: 'waiting', startedAt: null }, 15_000)).toBeNull();
  expect(stepTook({ ...step, state: 'skipped', finishedAt: at(12) }, 15_000)).toBeNull();
});
