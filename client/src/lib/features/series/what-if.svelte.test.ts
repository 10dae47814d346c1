import type { Series } from '@cobench/shared/series/series';
import { ruleSets } from '@cobench/shared/spc/rule-sets';
import { afterEach, expect, test, vi } from 'vitest';
import type { ControlPoint } from '#lib/charts/control-point.ts';
import { answers, refusal } from '../../../test/answers.ts';
import { anId } from '../../../test/records.ts';
import { WhatIf } from './what-if.svelte.ts';

afterEach(() => vi.unstubAllGlobals());

const at = '2026-11-21T10:00:00.000Z';
const [WE1, , , WE4] = ruleSets['western-electric'];
const phase = {
  start: 0,
  name: 'Phase 1',
  limitsVersion: 1,
  source: { from: 'given' as const, center: 10, sigma: 1 },
  parameters: { center: 10, sigma: 1 },
  rules: [{ ...WE1 }, { ...WE4 }],
};
const chart = {
  kind: 'i' as const,
  sigmaMethod: null,
  nsigmas: 3,
  lambda: 0.2,
  limitsType: 'exact' as const,
  decisionInterval: 5,
  shift: 1,
  headStart: 0,
  mrSpan: 2,
  sampleSize: null,
};
const series = (over: Partial<Series> = {}): Series => ({
  id: anId(20),
  projectId: anId(100),
  name: 'Etch pressure',
  description: '',
  source: { from: 'points', instrumentId: null },
  instrumentId: null,
  unit: 'mTorr',
  subgrouping: { by: 'each' },
  chart,
  specification: { lsl: null, usl: null, target: null },
  phases: [phase],
  limitsVersion: 1,
  plan: { checklist: [], ownerId: null, dueHours: null, escalateAfterMinutes: [], holdRules: [] },
  pointCount: 4,
  lastValue: 10,
  lastAt: at,
  pending: 0,
  openAlerts: 1,
  archived: null,
  version: 1,
  revision: 1,
  createdAt: at,
  ...over,
});
const excluded = { byName: 'Ada', at, reason: 'Pump' };
const point = (index: number, value: number, over: Partial<ControlPoint> = {}): ControlPoint => ({
  index,
  at: Date.parse(at) + index,
  value,
  center: 10,
  sigma: 1,
  ucl: 13,
  lcl: 7,
  items: [value],
  size: null,
  signals: [],
  excluded: null,
  runId: null,
  label: '',
  ...over,
});
const points = [point(0, 10), point(1, 13.5, { signals: ['WE1'] }), point(2, 9), point(3, 10)];

class Page {
  series = $state.raw(series());
  points = $state.raw<readonly ControlPoint[]>(points);
}

function begun(over: Partial<Page> = {}) {
  const now = Object.assign(new Page(), over);
  const trial = new WhatIf(() => now);
  trial.begin();
  return { trial, now };
}
const changes = (trial: WhatIf) => trial.changes.map(({ words }) => words);

test('an alarm vanishes while a limit is dragged away, and the points have the new lines', () => {
  const { trial } = begun();
  expect([trial.dirty, trial.result]).toEqual([false, null]);
  trial.move('ucl', 13.9031);
  expect(trial.result?.diff).toMatchObject({ vanishing: 1, appearing: 0, stays: 0 });
  expect(trial.result?.diff.vanishes[0]).toMatchObject({ rule: 'WE1', side: 'above', firstIndex: 1, lastIndex: 1 });
  expect(trial.result?.points[1]).toMatchObject({ ucl: 13.9, lcl: 6.1, signals: [] });
  expect(changes(trial)).toEqual(['Known values: centre 10 mTorr, sigma 1.3 mTorr']);
  expect(trial.handles.map(({ id, value }) => [id, value])).toEqual([['ucl', 13.9], ['center', 10], ['lcl', 6.1]]); // prettier-ignore
});

test('an excluded point signals nothing, and counts again when it is asked for twice', () => {
  const { trial } = begun();
  trial.toggle(1);
  expect([trial.result?.diff.vanishing, changes(trial)]).toEqual([1, ['Point 2 is excluded']]);
  expect(trial.result?.points[1]?.excluded).not.toBeNull();
  trial.toggle(1);
  expect(trial.dirty).toBe(false);
});

test('a point that is excluded now counts again in the draft, and its alarm appears', () => {
  const { trial } = begun({ points: [point(0, 10), point(1, 13.5, { excluded })] });
  trial.toggle(1);
  expect([trial.revision, trial.result?.diff.appearing]).toEqual([{ phase: 0, include: [1] }, 1]);
});

test('what cannot be is told in words, and nothing is drawn', () => {
  const { trial } = begun();
  trial.change({ startPhase: { at: 9, name: 'Later' } });
  expect([trial.result, trial.problem]).toEqual([null, 'There is no such point yet.']);
});

test('rules as they are already are no change', () => {
  const { trial } = begun();
  trial.setRules([{ ...WE1 }]);
  expect(changes(trial)).toEqual(['Rules without WE4']);
  trial.setRules([{ ...WE1 }, { ...WE4 }]);
  expect(trial.dirty).toBe(false);
});

test('a new phase has the limits of the draft; the handles are its own', () => {
  const { trial } = begun();
  trial.change({ startPhase: { at: 2, name: 'Later' }, limits: { from: 'given', center: 9, sigma: 0.5 } });
  expect(trial.result?.phases.map(({ start, name }) => [start, name])).toEqual([[0, 'Phase 1'], [2, 'Later']]); // prettier-ignore
  expect(trial.handles.find(({ id }) => id === 'ucl')?.value).toBe(10.5);
});

test('points that arrive are judged by the draft; what somebody else changes is told, and the draft lies on top of it', () => {
  const { trial, now } = begun();
  trial.toggle(1);
  now.points = [...points, point(4, 14)];
  now.series = series({ pointCount: 5, version: 2 });
  expect([trial.arrived, trial.overtaken, trial.result?.diff.stays]).toEqual([1, false, 1]);
  const wider = { ...phase, limitsVersion: 2, parameters: { center: 10, sigma: 2 } };
  now.series = series({ pointCount: 5, version: 3, revision: 2, phases: [wider] });
  expect([trial.overtaken, changes(trial)]).toEqual([true, ['Point 2 is excluded']]);
  expect(trial.result?.points[0]?.ucl).toBe(16);
  trial.look();
  expect([trial.arrived, trial.overtaken]).toEqual([0, false]);
});

test('a commit names the state it was looked at in; refused it keeps the draft, made it is over', async () => {
  const { trial } = begun();
  trial.toggle(1);
  const diff = { phases: [phase], appears: [], vanishes: [], appearing: 0, vanishing: 1, stays: 0 };
  const made = series({ revision: 2 });
  const path = `/api/v1/series/${anId(20)}/revisions`;
  let conflict = true;
  const sent = answers({
    [`POST ${path}/preview`]: diff,
    [`POST ${path}`]: () => (conflict ? refusal('edit.conflict') : { series: made, diff }),
  });
  await trial.ask();
  expect(trial.preview?.vanishing).toBe(1);
  expect(await trial.commit('Pump swapped')).toBeNull();
  expect([trial.dirty, trial.committing.problem?.type, trial.preview]).toEqual([true, 'edit.conflict', null]);
  conflict = false;
  expect((await trial.commit('Pump swapped'))?.revision).toBe(2);
  expect(trial.draft).toBeNull();
  expect(sent.map(({ body }) => body)).toEqual([
    { phase: 0, exclude: [1] },
    { phase: 0, exclude: [1], revision: 1, reason: 'Pump swapped' },
    { phase: 0, exclude: [1], revision: 1, reason: 'Pump swapped' },
  ]);
});

test('ten thousand points are judged anew for each step of a drag', () => {
  const many = Array.from({ length: 10_000 }, (_, i) => point(i, 10 + 3.2 * Math.sin(i * i)));
  const { trial } = begun({ points: many, series: series({ pointCount: many.length }) });
  const before = trial.result;
  expect(before).toBeNull();
  trial.move('ucl', 13.5);
  const alarms = Number(trial.result?.diff.vanishing) + Number(trial.result?.diff.stays);
  trial.move('ucl', 13.6);
  expect(Number(trial.result?.diff.vanishing) + Number(trial.result?.diff.stays)).toBe(alarms);
  expect(trial.result?.points).toHaveLength(10_000);
});
