import { flushSync } from 'svelte';
import { expect, test, vi } from 'vitest';
import type { CollabState } from '#lib/realtime/collab-state.ts';
import { reopenWhile } from './reopen.svelte.ts';

class ADocument {
  state = $state.raw<CollabState>({ state: 'synced' });
  retries = 0;
  retry() {
    this.retries++;
    if (this.state.state === 'closed') this.state = { state: 'reconnecting' };
  }
}

const missing = { state: 'closed', reason: 'missing' } as const;

function follow(collab: ADocument) {
  const page = $state({ isThere: true });
  const end = $effect.root(() => reopenWhile(() => page.isThere, collab));
  flushSync();
  return { page, end };
}

test('a document that came back before its page saw it closed is asked for until the server has it', () => {
  vi.useFakeTimers();
  const collab = new ADocument();
  const { page, end } = follow(collab);
  flushSync(() => (page.isThere = false));
  flushSync(() => (page.isThere = true));
  for (const times of [1, 2]) {
    const before = collab.retries;
    flushSync(() => (collab.state = missing));
    vi.runAllTimers();
    expect(collab.retries, `after closing ${times} times`).toBe(before + 1);
  }
  end();
  vi.useRealTimers();
});

test('a deleted document, and one that was closed for another reason, are left alone', () => {
  vi.useFakeTimers();
  const collab = new ADocument();
  const { page, end } = follow(collab);
  const before = collab.retries;
  flushSync(() => (collab.state = { state: 'closed', reason: 'refused' }));
  vi.runAllTimers();
  flushSync(() => (page.isThere = false));
  flushSync(() => (collab.state = missing));
  vi.runAllTimers();
  expect(collab.retries).toBe(before);
  end();
  vi.useRealTimers();
});
