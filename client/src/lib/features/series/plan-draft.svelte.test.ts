import { noPlan } from '@cobench/shared/alerts/action-plan';
import { afterEach, expect, test, vi } from 'vitest';
import { answers, refusal } from '../../../test/answers.ts';
import { aSeries } from '../../../test/lab-records.ts';
import { anId } from '../../../test/records.ts';
import { PlanDraft } from './plan-draft.svelte.ts';
import { planInWords } from './plan-words.ts';

afterEach(() => vi.unstubAllGlobals());

const address = `PATCH /api/v1/series/${anId(20)}`;
const steps = ['Stop', 'Look', 'Clean'].map((text) => ({ text, required: true }));
const written = (over = {}) => new PlanDraft(aSeries({ revision: 4, plan: { ...noPlan, checklist: steps, ...over } }));
const texts = (draft: PlanDraft) => draft.steps.map(({ text }) => text);

test('steps move, and stay at the ends', () => {
  const draft = written();
  const last = draft.steps[2]?.key ?? -1;
  expect([draft.move(last, -1), draft.move(last, -1), draft.move(last, -1)]).toEqual([2, 1, null]);
  expect(texts(draft)).toEqual(['Clean', 'Stop', 'Look']);
  expect(draft.move(last, 1)).toBe(2);
});

test('a step is begun after another; one without words is no step', () => {
  const draft = written();
  const added = draft.add(draft.steps[0]?.key);
  expect(texts(draft)).toEqual(['Stop', '', 'Look', 'Clean']);
  draft.change(added ?? -1, { text: ' Write it down ', required: false });
  draft.add();
  expect(draft.plan.checklist.map(({ text, required }) => `${text} ${required}`)).toEqual([
    'Stop true',
    'Write it down false',
    'Look true',
    'Clean true',
  ]);
});

test('there is room for thirty steps', () => {
  const draft = written({ checklist: [] });
  for (let i = 0; i < 30; i++) draft.add();
  expect([draft.full, draft.add()]).toEqual([true, null]);
});

test('what is left empty is nothing; levels that are filled in move up', () => {
  const draft = written();
  expect(draft.plan).toEqual({ ...noPlan, checklist: steps });
  draft.ownerId = anId(9);
  draft.setEscalation(1, 30);
  draft.setEscalation(2, 90);
  draft.toggleHold('WE1');
  expect(draft.plan).toMatchObject({ ownerId: anId(9), escalateAfterMinutes: [30, 90], holdRules: ['WE1'] });
  draft.toggleHold('WE1');
  expect(draft.plan.holdRules).toEqual([]);
});

test('where somebody was first, saving again is on top of theirs', async () => {
  const draft = written();
  const theirs = aSeries({ name: 'Renamed', revision: 5 });
  const sent = answers({ [address]: () => refusal('edit.conflict'), [`GET /api/v1/series/${anId(20)}`]: theirs });
  expect(await draft.submit()).toBeNull();
  expect(draft.saving.theirs?.name).toBe('Renamed');
  answers({ [address]: aSeries({ revision: 6 }) });
  expect((await draft.submit())?.revision).toBe(6);
  expect(sent[0]?.body).toEqual({ revision: 4, plan: { ...noPlan, checklist: steps } });
});

test('a plan in words', () => {
  expect(planInWords(noPlan)).toEqual(['No checklist: an alert is closed with its cause alone.']);
  const plan = {
    ...noPlan,
    checklist: steps,
    dueHours: 1.5,
    escalateAfterMinutes: [10, 60],
    holdRules: ['WE1', 'WE2', 'WE4'],
  };
  expect(planInWords(plan)).toEqual([
    'Due 1.5 h after work begins.',
    'Somebody is mailed after 10 and 60 min without an answer.',
    'An open alert of WE1, WE2 and WE4 holds the instrument.',
  ]);
});
