import { expect, onTestFinished, test, vi } from 'vitest';
import * as Y from 'yjs';
import { ThreadEnded, type WorkerThread } from '../../platform/worker-thread.ts';
import { documentThread } from './document-thread.ts';
import type { DocumentTasks } from './worker/document-tasks.ts';

const written = (text: string): Uint8Array => {
  const doc = new Y.Doc();
  doc.getText('t').insert(0, text);
  return Y.encodeStateAsUpdate(doc);
};

type Run = (task: string, input: unknown) => Promise<unknown>;

/** A thread that is not there: what it is asked, and what it answers, is up to the test. */
function over(run: Run) {
  const close = vi.fn<() => Promise<void>>().mockResolvedValue(undefined);
  const thread = { run, close, start: () => undefined, waiting: 0 };
  return documentThread(thread as unknown as WorkerThread<DocumentTasks>);
}

test('a real thread computes, and large content goes there', async () => {
  const thread = documentThread();
  onTestFinished(() => thread.close());
  const updates = [written('a'), written('x'.repeat(100_000))];
  const merged = await thread.soon('merge', { updates }, 100_000);
  const doc = new Y.Doc();
  Y.applyUpdate(doc, merged);
  expect(doc.getText('t').length).toBe(100_001);
});

test('small content does not go to the thread where somebody waits', async () => {
  const run = vi.fn<Run>();
  const [state, vector] = [written('a'), Y.encodeStateVector(new Y.Doc())];
  expect(await over(run).soon('diff', { state, vector }, state.length)).toEqual(state);
  expect(run).not.toHaveBeenCalled();
});

test('a task whose thread ends is tried once more, and no oftener', async () => {
  const run = vi.fn<Run>().mockRejectedValueOnce(new ThreadEnded('gone')).mockResolvedValue(Uint8Array.of(0, 0));
  const thread = over(run);
  expect(await thread.run('merge', { updates: [] })).toEqual(Uint8Array.of(0, 0));
  run.mockReset().mockRejectedValue(new ThreadEnded('gone'));
  await expect(thread.run('merge', { updates: [] })).rejects.toThrow('gone');
  expect(run).toHaveBeenCalledTimes(2);
});

test('a task that fails is not tried again, nor one whose thread was closed', async () => {
  const run = vi.fn<Run>().mockRejectedValue(new Error('damaged'));
  const thread = over(run);
  await expect(thread.run('merge', { updates: [] })).rejects.toThrow('damaged');
  expect(run).toHaveBeenCalledTimes(1);
  await thread.close();
  run.mockReset().mockRejectedValue(new ThreadEnded('gone'));
  await expect(thread.run('merge', { updates: [] })).rejects.toThrow('gone');
  expect(run).toHaveBeenCalledTimes(1);
});
