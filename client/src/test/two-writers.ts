import { documentExtensions } from '@cobench/shared/editor/schema';
import { bodyField } from '@cobench/shared/realtime/collab';
import { Editor } from '@tiptap/core';
import { Collaboration } from '@tiptap/extension-collaboration';
import { onTestFinished } from 'vitest';
import * as Y from 'yjs';
import { LeastReplacement } from '#lib/editor/least-replacement.ts';
import { LineText } from '#lib/editor/line-text.ts';
import { UnseenLetters } from '#lib/editor/unseen-letters.ts';
import { takingIn } from '#lib/realtime/remote-updates.ts';

/** Chances that can be repeated (Park and Miller's minimal standard generator). */
export function chances(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => (state = (state * 48271) % 2147483647) % sides;
}

function anEditor(doc: Y.Doc): Editor {
  const collaboration = Collaboration.configure({ document: doc, field: bodyField });
  const editor = new Editor({
    extensions: [...documentExtensions(), collaboration, LeastReplacement, LineText, UnseenLetters],
  });
  onTestFinished(() => editor.destroy());
  return editor;
}

/** Two editors on replicas of one document; what one does comes to the other when it is delivered. */
export function twoWriters() {
  const docs = [new Y.Doc(), new Y.Doc()] as const;
  // Who comes first where both write decides the order, and shall be the same in each run.
  docs.forEach((doc, side) => (doc.clientID = side + 1));
  const underway: Uint8Array[][] = [[], []];
  for (const [side, doc] of docs.entries()) {
    doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'delivery') underway[1 - side]!.push(update);
    });
  }
  const deliver = (side: number) => {
    const waiting = underway[side]!.splice(0);
    const doc = docs[side]!;
    const take = () => waiting.forEach((update) => Y.applyUpdate(doc, update));
    takingIn(doc, waiting, () => Y.transact(doc, take, 'delivery', false));
  };
  return { docs, editors: docs.map(anEditor), deliver };
}
