import { afterEach, expect, test, vi } from 'vitest';
import { answers, pageOf } from '../../../test/answers.ts';
import { FakeLive } from '../../../test/fake-live.ts';
import { aRun } from '../../../test/lab-records.ts';
import { anId } from '../../../test/records.ts';
import type { BoardFilter } from './board-runs.ts';
import { RunBoard } from './run-board.svelte.ts';

afterEach(() => vi.unstubAllGlobals());

const everything: BoardFilter = { projectId: null, state: null, q: '' };
const stored = [
  aRun({ id: anId(3), name: 'Etch 3', state: 'completed' }),
  aRun({ id: anId(2), name: 'Etch 2', state: 'running' }),
  aRun({ id: anId(1), name: 'Anneal 1' }),
];
const shown = (board: RunBoard) => board.runs.map(({ name, state }) => `${name} ${state}`);

async function listed(filter: BoardFilter = everything) {
  const list = (sent: { url: string }) => {
    const state = new URL(sent.url, 'http://lab.test').searchParams.get('state');
    return pageOf(stored.filter((run) => state === null || run.state === state));
  };
  const sent = answers({ 'GET /api/v1/runs': list });
  const live = new FakeLive();
  const board = new RunBoard({ live, filter: () => filter });
  const leave = board.follow();
  await board.load();
  return { board, live, leave, sent };
}

test('runs stand newest first, each once, though those under way are asked for besides', async () => {
  const { board, sent } = await listed();
  expect(shown(board)).toEqual(['Etch 3 completed', 'Etch 2 running', 'Anneal 1 pending']);
  expect(sent.length).toBe(5);
});

test('a change is shown in its place, a new run first', async () => {
  const { board, live } = await listed();
  live.say('run.changed', aRun({ id: anId(2), name: 'Etch 2', state: 'failed', version: 2 }));
  live.say('run.changed', aRun({ id: anId(4), name: 'Etch 4' }));
  expect(shown(board)).toEqual(['Etch 4 pending', 'Etch 3 completed', 'Etch 2 failed', 'Anneal 1 pending']);
  expect(board.announcement).toBe('Etch 4: pending');
});

test('a message that comes late changes nothing', async () => {
  const { board, live } = await listed();
  live.say('run.changed', aRun({ id: anId(2), name: 'Etch 2', state: 'completed', version: 3 }));
  live.say('run.changed', aRun({ id: anId(2), name: 'Etch 2', state: 'running', version: 2 }));
  expect(shown(board)).toContain('Etch 2 completed');
});

test('what does not belong is not shown, and leaves when it no longer belongs', async () => {
  const { board, live, sent } = await listed({ projectId: anId(100), state: 'running', q: 'etch' });
  expect(sent.map(({ url }) => url)).toEqual([`/api/v1/runs?projectId=${anId(100)}&q=etch&state=running&limit=50`]);
  live.say('run.changed', aRun({ id: anId(5), name: 'Etch 5', state: 'running', projectId: anId(200) }));
  live.say('run.changed', aRun({ id: anId(6), name: 'Anneal 6', state: 'running' }));
  expect(shown(board)).toEqual(['Etch 2 running']);
  live.say('run.changed', aRun({ id: anId(2), name: 'Etch 2', state: 'completed', version: 2 }));
  expect(shown(board)).toEqual([]);
});

test('an answer that was overtaken by a message does not bring back what is old', async () => {
  const { board, live } = await listed();
  const refreshed = board.refresh();
  live.say('run.changed', aRun({ id: anId(2), name: 'Etch 2', state: 'failed', version: 2 }));
  await refreshed;
  expect(shown(board)).toContain('Etch 2 failed');
});

test('a connection that is back reads the board again', async () => {
  const { live, leave, sent } = await listed();
  live.reconnect();
  await expect.poll(() => sent.length).toBe(10);
  leave();
  expect(live.listeners).toBe(0);
});
