import type { LimitsVersion, Phase } from '@cobench/shared/series/phase';
import { ruleSets } from '@cobench/shared/spc/rule-sets';
import { expect, test } from 'vitest';
import { anId } from '../../../test/records.ts';
import { changesOf, emptyDraft, restoring, revisionOf, toggled, type Draft } from './what-if-draft.ts';

const [WE1, WE2, , WE4] = ruleSets['western-electric'];
const phase: Phase = {
  start: 0,
  name: 'Phase 1',
  limitsVersion: 3,
  source: { from: 'given', center: 10, sigma: 1 },
  parameters: { center: 10, sigma: 1 },
  rules: [{ ...WE1 }, { ...WE4 }],
};
const version: LimitsVersion = {
  ...phase,
  id: anId(50),
  seriesId: anId(20),
  limitsVersion: 1,
  version: 1,
  source: { from: 'baseline', points: 20 },
  at: '2026-11-20T10:00:00.000Z',
  byName: 'Cobench',
  reason: '',
  basedOn: { first: 0, last: 19, excluded: [3], count: 19 },
  change: 'Limits from points 1 to 20',
};
const words = (draft: Draft) => changesOf(draft, { unit: 'nm', phases: [phase] }).map((change) => change.words);

test('a draft that changes nothing is no revision', () => {
  expect(revisionOf(emptyDraft(0))).toBeNull();
});

test('a point is excluded and counts again; asking twice changes nothing', () => {
  const excluded = toggled(toggled(emptyDraft(0), 7, false), 4, false);
  expect(revisionOf(excluded)).toEqual({ phase: 0, exclude: [4, 7] });
  expect(revisionOf(toggled(toggled(excluded, 7, false), 4, false))).toBeNull();
  expect(revisionOf(toggled(emptyDraft(0), 7, true))).toEqual({ phase: 0, include: [7] });
});

test('a new phase is started where it is, not in a phase that is named', () => {
  const draft = { ...emptyDraft(0), startPhase: { at: 40, name: 'After service' } };
  expect(revisionOf(draft)).toEqual({ startPhase: { at: 40, name: 'After service' } });
});

test('each change is told in words, and taken out by itself', () => {
  const draft: Draft = {
    ...emptyDraft(0),
    limits: { from: 'points', first: 4, last: 29 },
    rules: [{ ...WE1 }, { ...WE2 }],
    exclude: [44],
    include: [2],
  };
  expect(words(draft)).toEqual([
    'Limits from points 5 to 30',
    'Rules with WE2, without WE4',
    'Point 45 is excluded',
    'Point 3 counts again',
  ]);
  const changes = changesOf(draft, { unit: 'nm', phases: [phase] });
  expect(words(changes[1]!.without)).toEqual([
    'Limits from points 5 to 30',
    'Point 45 is excluded',
    'Point 3 counts again',
  ]);
  expect(words({ ...emptyDraft(0), limits: { from: 'given', center: 10.5, sigma: 0.25 } })).toEqual([
    'Known values: centre 10.5 nm, sigma 0.25 nm',
  ]);
});

test('an older version comes back with the points that it was based on, and those that were excluded only later', () => {
  const at = (day: number) => `2026-11-${day}T12:00:00.000Z`;
  const excluded = [
    { index: 5, at: at(21) },
    { index: 30, at: at(21) },
    { index: 31, at: at(20) },
  ];
  const draft = restoring(version, { phases: [phase], excluded, until: at(21) });
  expect(draft).toEqual({ ...emptyDraft(0), limits: version.source, exclude: [3], include: [5, 30] });
});

test('a version of a phase that is gone starts it again', () => {
  const gone = { ...version, start: 60, name: 'Summer' };
  const draft = restoring(gone, { phases: [phase], excluded: [], until: null });
  expect(draft.startPhase).toEqual({ at: 60, name: 'Summer' });
  expect([draft.limits, draft.rules]).toEqual([gone.source, gone.rules]);
});
