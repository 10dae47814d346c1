import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { answers, pageOf, refusal } from '../../../test/answers.ts';
import { FakeLive } from '../../../test/fake-live.ts';
import { aRun } from '../../../test/lab-records.ts';
import { anId } from '../../../test/records.ts';
import { belongs, statesIn, type BoardFilter } from './board-runs.ts';
import { cardKeys } from './card-keys.ts';
import { RunBoard } from './run-board.svelte.ts';
import { RunCounts } from './run-counts.svelte.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const everything: BoardFilter = { projectId: null, states: [], instrumentId: null, createdBy: null, q: '' };
const stored = [
  aRun({ id: anId(3), name: 'Etch 3', state: 'completed' }),
  aRun({ id: anId(2), name: 'Etch 2', state: 'running' }),
  aRun({ id: anId(1), name: 'Anneal 1' }),
];
const shown = (board: RunBoard) => board.runs.map(({ name, state }) => `${name} ${state}`);

async function listed(filter: BoardFilter = everything) {
  const list = (sent: { url: string }) => {
    const states = new URL(sent.url, 'http://lab.test').searchParams.get('state')?.split(',');
    return pageOf(stored.filter((run) => states === undefined || states.includes(run.state)));
  };
  const sent = answers({ 'GET /api/v1/runs': list });
  const live = new FakeLive();
  const board = new RunBoard({ live, filter: () => filter });
  const leave = board.follow();
  await board.load();
  return { board, live, leave, sent };
}

test('runs stand newest first', async () => {
  const { board, sent } = await listed();
  expect(shown(board)).toEqual(['Etch 3 completed', 'Etch 2 running', 'Anneal 1 pending']);
  expect(sent.length).toBe(1);
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
  const { board, live, sent } = await listed({ ...everything, projectId: anId(100), states: ['running'], q: 'etch' });
  expect(sent.map(({ url }) => url)).toEqual([`/api/v1/runs?projectId=${anId(100)}&q=etch&state=running&limit=50`]);
  live.say('run.changed', aRun({ id: anId(5), name: 'Etch 5', state: 'running', projectId: anId(200) }));
  live.say('run.changed', aRun({ id: anId(6), name: 'Anneal 6', state: 'running' }));
  expect([shown(board), board.announcement]).toEqual([['Etch 2 running'], '']);
  live.say('run.changed', aRun({ id: anId(2), name: 'Etch 2', state: 'completed', version: 2 }));
  expect(shown(board)).toEqual([]);
});

test('an answer that was overtaken by a message does not bring back what is old, nor what has left meanwhile', async () => {
  const { board, live } = await listed({ ...everything, states: ['running'] });
  const refreshed = board.refresh();
  live.say('run.changed', aRun({ id: anId(2), name: 'Etch 2', state: 'failed', version: 2 }));
  await refreshed;
  expect(shown(board)).toEqual([]);
});

test('a connection that is back reads the board again', async () => {
  const { live, leave, sent } = await listed();
  live.reconnect();
  await expect.poll(() => sent.length).toBe(2);
  leave();
  expect(live.listeners).toBe(0);
});

test('a filter holds for what arrives as it holds for what is asked', () => {
  const run = aRun({ instrumentId: anId(7), createdBy: anId(9), state: 'running' });
  const through = (filter: Partial<BoardFilter>) => belongs(run, { ...everything, ...filter });
  expect([through({ instrumentId: anId(7) }), through({ instrumentId: anId(8) })]).toEqual([true, false]);
  expect([through({ createdBy: anId(9) }), through({ createdBy: anId(8) })]).toEqual([true, false]);
  expect([through({ states: ['queued', 'running'] }), through({ states: ['queued'] })]).toEqual([true, false]);
  expect(statesIn('running,nothing,blocked')).toEqual(['blocked', 'running']);
});

const none = { pending: 0, queued: 0, blocked: 0, running: 0, completed: 0, failed: 0, cancelled: 0 };

test('runs are counted again when one changed its state, and only then', async () => {
  let counts = { ...none, running: 1, completed: 1000 };
  const sent = answers({ 'GET /api/v1/runs/counts': () => counts });
  const live = new FakeLive();
  const board = new RunCounts({ live, filter: () => ({ ...everything, states: ['running'] }) });
  const leave = board.follow();
  await board.load();
  expect([board.of('running'), board.of('completed'), board.nothing(['queued'])]).toEqual(['1', '1,000+', true]);
  for (const progress of [0.1, 0.2, 0.3]) live.say('run.changed', aRun({ id: anId(2), state: 'running', progress }));
  counts = { ...none, completed: 1000 };
  live.say('run.changed', aRun({ id: anId(2), state: 'completed' }));
  vi.runAllTimers();
  await expect.poll(() => board.of('running')).toBe('0');
  expect([sent.length, sent[0]?.url]).toEqual([2, '/api/v1/runs/counts']);
  live.say('run.changed', aRun({ id: anId(2), state: 'completed', version: 9 }));
  expect(vi.getTimerCount()).toBe(0);
  leave();
});

test('a board whose runs could not be counted is not called empty', async () => {
  answers({ 'GET /api/v1/runs/counts': () => refusal('service.unavailable') });
  const board = new RunCounts({ live: new FakeLive(), filter: () => everything });
  await board.load();
  expect([board.nothing([]), board.of('running')]).toEqual([false, '']);
});

test('the arrow keys go from card to card and from column to column', () => {
  document.body.innerHTML = `<div id="board">
    <div data-column><a href="#1" data-card-link>1</a><a href="#2" data-card-link>2</a></div>
    <div data-column></div>
    <div data-column><a href="#3" data-card-link>3</a></div>
  </div>`;
  const board = document.querySelector<HTMLElement>('#board');
  if (board === null) throw new Error('there is no board');
  const leave = cardKeys(board);
  board.querySelector('a')?.focus();
  const visited = ['ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowLeft', 'End', 'Home'].map((key) => {
    document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    return document.activeElement?.textContent;
  });
  expect(visited).toEqual(['2', '2', '3', '3', '1', '2', '1']);
  leave();
});
