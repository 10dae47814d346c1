import type { WatchAnswer } from '@cobench/shared/realtime/live';
import type { Run } from '@cobench/shared/runs/run';
import type { RunEvent } from '@cobench/shared/runs/run-event';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { openDoor } from '../../../test/live-door.ts';
import type { LiveClient } from '../../../test/live-client.ts';
import { newId } from '../../platform/new-id.ts';

const run = { id: newId(), projectId: newId(), instrumentId: null, version: 1 } as Run;
/** Much more than what systems keep between two sockets of one machine. */
const [batches, perBatch, characters] = [800, 5, 10_000];

/** A run that is recorded as fast as it can be, and the history that it has. */
async function aFastRun() {
  const history: RunEvent[] = [];
  const house = await openDoor({
    runs: {
      get: async () => run,
      events: async (_actor, { after, limit }) => ({ items: history.slice(after, after + limit) }),
    },
  });
  async function record(): Promise<void> {
    const events = Array.from({ length: perBatch }, (): RunEvent => {
      const text = 'x'.repeat(characters / perBatch);
      const seq = history.length + 1;
      const event = {
        kind: 'log',
        level: 'info',
        text,
        seq,
        at: '2026-11-21T10:00:00.000Z',
        observedAt: null,
      } as const;
      history.push(event);
      return event;
    });
    await house.events.publish({ type: 'run.recorded', orgId: 'org-1', run, events });
  }
  return { ...house, history, record };
}

/** Watches as a page does: what was seen is dropped, a gap asks again, and so does the word that it was behind. */
function watching(live: LiveClient) {
  const seen: number[] = [];
  let asked = 0;
  const take = (events: readonly RunEvent[]) => {
    for (const { seq } of events) {
      if (seq <= seen.length) continue;
      if (seq > seen.length + 1) {
        void ask();
        return;
      }
      seen.push(seq);
    }
  };
  async function ask(): Promise<void> {
    asked++;
    const answer: WatchAnswer<RunEvent> = await live.socket
      .timeout(20_000)
      .emitWithAck('watch.run', { id: run.id, after: seen.length });
    if (answer.ok && 'missed' in answer) take(answer.missed);
  }
  live.socket.on('run.recorded', ({ events }) => take(events));
  live.socket.on('live.behind', () => void ask());
  return { seen, ask, times: () => asked };
}

/** The websocket below a connection: it can stop to read, as a computer does that sleeps or is on a bad network. */
const below = ({ socket }: LiveClient) => (socket.io.engine.transport as unknown as { ws: WebSocket }).ws;
const inOrder = (length: number) => Array.from({ length }, (_, at) => at + 1);

test('[LV22] for who does not read next to nothing waits; who reads again sees each event once, in order', async () => {
  const { enter, record, history, load } = await aFastRun();
  const [slow, fast] = [await enter('slow'), await enter('fast')];
  const [late, prompt] = [watching(slow), watching(fast)];
  await Promise.all([late.ask(), prompt.ask()]);
  below(slow).pause();
  onTestFinished(() => below(slow).resume());
  const waiting: number[] = [];
  for (let batch = 0; batch < batches; batch++) {
    await record();
    waiting.push(load().waiting);
    // Whoever reads is given the time to.
    if (batch % 20 === 0)
      await vi.waitUntil(() => prompt.seen.length === history.length, { timeout: 10_000, interval: 1 });
  }
  await vi.waitUntil(() => prompt.seen.length === history.length, { timeout: 10_000, interval: 5 });
  expect(load()).toMatchObject({ connections: 2, behind: 1 });
  // One batch may come on top; all that was said is ten times as much.
  expect(Math.max(...waiting)).toBeLessThan(1_000_000 + 2 * characters);
  expect(late.seen.length).toBeLessThan(history.length);

  below(slow).resume();
  await vi.waitUntil(() => late.seen.length === history.length, { timeout: 20_000, interval: 5 });
  for (let more = 0; more < 5; more++) await record();
  await vi.waitUntil(() => late.seen.length === history.length, { timeout: 10_000, interval: 5 });
  expect(late.seen).toEqual(inOrder(history.length));
  expect([load().behind, prompt.times()]).toEqual([0, 1]);
});

test('[LV22] who was behind and has caught up hears of its role and its end all the same', async () => {
  const { enter, record, load, events, sessions } = await aFastRun();
  const slow = await enter('slow');
  await watching(slow).ask();
  below(slow).pause();
  for (let batch = 0; load().behind === 0; batch++) await record();
  sessions.delete('slow');
  await events.publish({ type: 'sessions.ended', sessionIds: ['slow'] });
  below(slow).resume();
  await slow.until('session.ended', (told) => told.length === 1);
  await vi.waitUntil(() => !slow.socket.connected, { timeout: 5000, interval: 5 });
  expect(load().connections).toBe(0);
});

test('[LV23] what is asked for by who does not take the answers is not read, and answered when they do', async () => {
  const { enter, record, load, history } = await aFastRun();
  const slow = await enter('slow');
  const late = watching(slow);
  await late.ask();
  below(slow).pause();
  while (load().behind === 0) await record();
  const answers = Array.from({ length: 50 }, () =>
    slow.socket.timeout(20_000).emitWithAck('watch.run', { id: run.id, after: history.length - 1 }),
  );
  await record();
  expect(load().waiting).toBeLessThan(1_000_000 + 2 * characters);
  below(slow).resume();
  expect(await Promise.all(answers)).toEqual(answers.map(() => expect.objectContaining({ ok: true })));
  await vi.waitUntil(() => late.seen.length === history.length, { timeout: 20_000, interval: 5 });
  expect(late.seen).toEqual(inOrder(history.length));
});
