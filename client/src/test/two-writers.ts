import { documentExtensions } from '@cobench/shared/editor/schema';
import { bodyField } from '@cobench/shared/realtime/collab';
import { Editor, type Extensions } from '@tiptap/core';
import { Collaboration } from '@tiptap/extension-collaboration';
import { TextSelection } from '@tiptap/pm/state';
import { onTestFinished } from 'vitest';
import * as Y from 'yjs';
import { coWriting } from '#lib/editor/co-writing.ts';
import { takingIn } from '#lib/realtime/remote-updates.ts';

/** Chances that can be repeated (Park and Miller's minimal standard generator). */
export function chances(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => (state = (state * 48271) % 2147483647) % sides;
}

function anEditor(doc: Y.Doc, more: Extensions): Editor {
  const collaboration = Collaboration.configure({ document: doc, field: bodyField });
  const editor = new Editor({ extensions: [...documentExtensions(), collaboration, ...coWriting, ...more] });
  onTestFinished(() => editor.destroy());
  return editor;
}

/** Two editors on replicas of one document; what one does comes to the other when it is delivered. */
export function twoWriters(more: (side: number) => Extensions = () => []) {
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
  return { docs, editors: docs.map((doc, side) => anEditor(doc, more(side))), deliver };
}

type History = {
  seed: number;
  html: string;
  steps: number;
  /** How often everything is delivered at the end. */
  rounds: number;
  oneIn: number;
  deed: (editor: Editor, place: number) => unknown;
};

/** Two people type at random places, each letter another, and now and then (one in `oneIn`) do something to a line. */
export function lettersOfTwo({ seed, html, steps, rounds, oneIn, deed }: History) {
  const chance = chances(seed);
  const { editors, deliver } = twoWriters();
  editors[0]!.commands.setContent(html);
  deliver(1);
  const typed: string[] = [];
  for (let step = 0; step < steps; step++) {
    const editor = editors[chance(2)]!;
    const { doc } = editor.state;
    const place = TextSelection.near(doc.resolve(chance(doc.content.size + 1))).from;
    if (chance(oneIn) === 0) deed(editor, place);
    else {
      typed.push(String.fromCharCode(0x4e00 + step));
      editor.commands.insertContentAt(place, typed.at(-1)!);
    }
    if (chance(2) === 0) deliver(chance(2));
  }
  for (let round = 0; round < rounds; round++) for (const side of [0, 1]) deliver(side);
  return { typed, kept: editors.map((editor) => typed.filter((letter) => editor.getText().includes(letter))) };
}
