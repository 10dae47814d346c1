import { expect, test } from 'vitest';
import { mostSteps, stepsAfter, type Step } from './step.ts';

const at = (minute: number) => `2026-11-21T10:${String(minute).padStart(2, '0')}:00.000Z`;
const waiting = (name: string): Step => ({ name, state: 'waiting', startedAt: null, finishedAt: null });
const planned = ['pump', 'etch', 'vent'].map(waiting);
const states = (steps: readonly Step[]) => steps.map(({ name, state }) => `${name} ${state}`);

test('one step runs at a time: where the next begins, what ran is finished', () => {
  const first = stepsAfter(planned, { name: 'pump', turn: 'started', at: at(1) });
  const second = stepsAfter(first, { name: 'etch', turn: 'started', at: at(2) });
  expect(states(second)).toEqual(['pump finished', 'etch running', 'vent waiting']);
  expect(second[0]).toMatchObject({ startedAt: at(1), finishedAt: at(2) });
});

test('a step that was not planned comes before those that wait', () => {
  const pumping = stepsAfter(planned, { name: 'pump', turn: 'finished', at: at(1) });
  const purging = stepsAfter(pumping, { name: 'purge', turn: 'started', at: at(2) });
  expect(states(purging)).toEqual(['pump finished', 'purge running', 'etch waiting', 'vent waiting']);
  expect(states(stepsAfter([], { name: 'scan', turn: 'started', at: at(1) }))).toEqual(['scan running']);
});

test('a step that is begun again runs again; one that is left out never began', () => {
  const finished = stepsAfter(planned, { name: 'pump', turn: 'finished', at: at(1) });
  expect(stepsAfter(finished, { name: 'pump', turn: 'started', at: at(2) })[0]).toEqual({
    name: 'pump',
    state: 'running',
    startedAt: at(2),
    finishedAt: null,
  });
  const skipped = stepsAfter(planned, { name: 'etch', turn: 'skipped', at: at(1) });
  expect(skipped[1]).toMatchObject({ state: 'skipped', startedAt: null });
});

test('a run has at most so many steps, whatever its instrument names', () => {
  let steps: Step[] = [];
  for (let i = 0; i <= mostSteps; i++) steps = stepsAfter(steps, { name: `s${i}`, turn: 'started', at: at(1) });
  expect(steps).toHaveLength(mostSteps);
});
