import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import { judge } from '../../src/realtime/collab/guard.ts';
import { maxUpdateBytes } from '../../src/realtime/collab/limits.ts';
import { StructIndex } from '../../src/realtime/collab/struct-index.ts';
import { median, quantiles } from '../quantiles.ts';

export type Typing = { keystrokes: number; p50: number; p99: number; mean: number };
export type Refusal = { what: string; verdict: string; milliseconds: number };

const person = { personId: 'ada' };

/** Microseconds that judging and remembering a keystroke takes, of a text that is written and corrected here and there. */
export function judgeTyping(keystrokes: number): Typing {
  const index = new StructIndex();
  const spent: number[] = [];
  for (const update of written(keystrokes)) {
    const before = performance.now();
    const verdict = judge(update, index, person);
    if (verdict.is === 'new') index.add(verdict.judged);
    spent.push((performance.now() - before) * 1000);
  }
  const [p50, p99] = quantiles(spent, [0.5, 0.99]);
  return { keystrokes: spent.length, p50, p99, mean: spent.reduce((sum, one) => sum + one, 0) / spent.length };
}

/** Milliseconds until each kind of hostile update, as large as the door lets it in, is refused; medians of some times. */
export function judgeAttacks(): Refusal[] {
  const doc = new Y.Doc();
  doc.clientID = 1;
  doc.getText('t').insert(0, 'a text that somebody else wrote');
  const state = Y.encodeStateAsUpdate(doc);
  return Object.entries(attacks(state)).map(([what, update]) => {
    const times: number[] = [];
    let verdict = '';
    for (let again = 0; again < 11; again++) {
      const index = StructIndex.from({ state });
      index.bind(1, 'somebody else');
      const before = performance.now();
      verdict = judge(update, index, person).is;
      times.push(performance.now() - before);
    }
    return { what, verdict, milliseconds: median(times) };
  });
}

/** One update a keystroke: mostly on and on, now and then elsewhere, one in ten a deletion. */
function written(keystrokes: number): Uint8Array[] {
  const doc = new Y.Doc();
  const text = doc.getText('t');
  const updates: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => updates.push(update));
  let at = 0;
  for (let stroke = 0; updates.length < keystrokes; stroke++) {
    if (stroke % 40 === 0) at = (stroke * 7919) % (text.length + 1);
    if (stroke % 10 === 9 && at > 0) text.delete(--at, 1);
    else text.insert(at++, 'x');
  }
  return updates;
}

function attacks(state: Uint8Array): Record<string, Uint8Array> {
  const mine = new Y.Doc();
  mine.clientID = 2;
  Y.applyUpdate(mine, state);
  mine.getText('t').insert(0, 'x'.repeat(200_000));
  const honest = Y.encodeStateAsUpdate(mine);
  const foreign = new Y.Doc();
  Y.applyUpdate(foreign, state);
  foreign.clientID = 1;
  foreign.getText('t').insert(3, 'said in another name');
  const gapped = new Y.Doc();
  gapped.clientID = 3;
  for (const letter of 'abc') gapped.getText('t').insert(gapped.getText('t').length, letter);
  return {
    'noise of 4 MiB': Uint8Array.from({ length: maxUpdateBytes }, (_, at) => (at * 89 + 7) % 251),
    'cut short': honest.subarray(0, honest.length - 2),
    'bytes after it': Uint8Array.from([...honest, 0]),
    'a lie about its size': encode(1, 2 ** 25, 5, 0),
    'a hole': Y.encodeStateAsUpdate(gapped, Y.encodeStateVector(partOf(gapped, 1))),
    'in another name': Y.encodeStateAsUpdate(foreign, Y.encodeStateVectorFromUpdate(state)),
    'nodes nested 20,000 deep': nested(20_000),
    'in the second encoding': Y.encodeStateAsUpdateV2(mine),
  };
}

const encode = (...numbers: number[]): Uint8Array =>
  encoding.encode((to) => numbers.forEach((number) => encoding.writeVarUint(to, number)));

/** The first things of a document's only client. */
function partOf(doc: Y.Doc, length: number): Y.Doc {
  const part = new Y.Doc();
  part.clientID = doc.clientID;
  part.getText('t').insert(0, doc.getText('t').toJSON().slice(0, length));
  return part;
}

function nested(levels: number): Uint8Array {
  return encoding.encode((to) => {
    encoding.writeVarUint(to, 1);
    encoding.writeVarUint(to, levels);
    encoding.writeVarUint(to, 5);
    encoding.writeVarUint(to, 0);
    for (let level = 0; level < levels; level++) {
      encoding.writeUint8(to, 7);
      encoding.writeVarUint(to, level === 0 ? 1 : 0);
      if (level === 0) encoding.writeVarString(to, 'body');
      else for (const number of [5, level - 1]) encoding.writeVarUint(to, number);
      encoding.writeVarUint(to, 3);
      encoding.writeVarString(to, 'p');
    }
    encoding.writeVarUint(to, 0);
  });
}
