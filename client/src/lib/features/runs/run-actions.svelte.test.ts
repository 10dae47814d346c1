import { afterEach, expect, test, vi } from 'vitest';
import { answers, refusal } from '../../../test/answers.ts';
import { aRun } from '../../../test/lab-records.ts';
import { anId } from '../../../test/records.ts';
import { RunActions } from './run-actions.svelte.ts';

afterEach(() => vi.unstubAllGlobals());

const actionsOn = (state: ReturnType<typeof aRun>['state'], allowed = true) =>
  new RunActions({ run: () => aRun({ state }), allowed: () => allowed });
const offered = ({ mayStart, mayFinish, mayCancel }: RunActions) => [mayStart, mayFinish, mayCancel];

test('what is offered is what the state allows', () => {
  expect(offered(actionsOn('pending'))).toEqual([true, false, true]);
  expect(offered(actionsOn('blocked'))).toEqual([false, false, true]);
  expect(offered(actionsOn('running'))).toEqual([false, true, true]);
  expect(offered(actionsOn('failed'))).toEqual([false, false, false]);
});

test('a viewer is offered nothing', () => {
  expect(actionsOn('running', false).any).toBe(false);
});

test('failing says why', async () => {
  const sent = answers({ [`POST /api/v1/runs/${anId(1)}/finish`]: aRun({ state: 'failed' }) });
  const actions = actionsOn('running');
  actions.reason = 'No gas';
  expect((await actions.fail())?.state).toBe('failed');
  expect(sent[0]?.body).toEqual({ outcome: 'failed', reason: 'No gas' });
});

test('when somebody was faster, the words of the server are shown and the reason is kept', async () => {
  const detail = 'The run is completed, which is final.';
  answers({ [`POST /api/v1/runs/${anId(1)}/cancel`]: () => refusal('state.conflict', { detail }) });
  const actions = actionsOn('running');
  actions.reason = 'Wrong wafer';
  expect(await actions.cancel()).toBeNull();
  expect([actions.submission.message, actions.reason]).toEqual([detail, 'Wrong wafer']);
});
