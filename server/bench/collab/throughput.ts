import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import * as Y from 'yjs';
import type { Subject } from './subjects.ts';
import { Typist } from './typist.ts';

export type Throughput = {
  edits: number;
  perSecond: number;
  /** Until somebody who comes at once has the content, and somebody who comes a moment later. */
  atOnceMs: number;
  laterMs: number;
  stateBytes: number;
  bestBytes: number;
};

const inFlight = 500;
const aMomentMs = 1500;

/** One person types as fast as a second one sees it: runs of text at wandering places, a fifth of it deleted again. */
export async function throughput(subject: Subject, { edits }: { edits: number }): Promise<Throughput> {
  const { updates, best } = aPaper(edits);
  const [url = ''] = await subject.documents(1);
  let arrived = 0;
  const onSeen = (): void => void arrived++;
  const reader = await Typist.join(url, { client: 1, headers: subject.headers(1), onSeen });
  const writer = await Typist.join(url, { client: 2, headers: subject.headers(0) });
  const start = performance.now();
  for (const [sent, update] of updates.entries()) {
    writer.send(update);
    if (sent % 50 === 49) while (sent - writer.saved > inFlight) await nextTurn();
  }
  while (writer.saved < updates.length) await nextTurn();
  const perSecond = (updates.length / (performance.now() - start)) * 1000;
  const atOnce = await fresh(subject, url);
  await pause(aMomentMs);
  const later = await fresh(subject, url);
  await Promise.all([reader.leave(), writer.leave()]);
  if (arrived === 0) throw new Error('The second person saw nothing.');
  const stateBytes = later.content.length;
  return { edits: updates.length, perSecond, atOnceMs: atOnce.ms, laterMs: later.ms, stateBytes, bestBytes: best };
}

async function fresh(subject: Subject, url: string): Promise<{ ms: number; content: Uint8Array }> {
  const opening = performance.now();
  const typist = await Typist.join(url, { client: 3, headers: subject.headers(2) });
  const ms = performance.now() - opening;
  await typist.leave();
  return { ms, content: typist.content };
}

function aPaper(edits: number): { updates: Uint8Array[]; best: number } {
  const doc = new Y.Doc();
  const text = doc.getText('content');
  const updates: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => updates.push(update));
  let seed = 7;
  const random = (below: number): number => (seed = (seed * 48271) % 2147483647) % below;
  let at = 0;
  while (updates.length < edits) {
    if (random(100) === 0) at = random(text.length + 1);
    if (random(5) === 0 && at > 0) text.delete(--at, 1);
    else text.insert(at++, String.fromCodePoint(97 + random(26)));
  }
  return { updates, best: Y.encodeStateAsUpdate(doc).length };
}
