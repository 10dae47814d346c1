// @vitest-environment jsdom
import { bodyField } from '@cobench/shared/realtime/collab';
import type { Editor } from '@tiptap/core';
import { TextSelection } from '@tiptap/pm/state';
import { yXmlFragmentToProsemirrorJSON } from '@tiptap/y-tiptap';
import { expect, test } from 'vitest';
import type * as Y from 'yjs';
import { chances, lettersOfTwo, twoWriters } from '../../test/two-writers.ts';

const shown = (editor: Editor) => editor.getJSON().content;
const stored = (doc: Y.Doc) => yXmlFragmentToProsemirrorJSON(doc.getXmlFragment(bodyField))['content'];
/** One way to write what both readers read: without defaults, with text of the same marks in one piece. */
const text = (content: unknown): string => {
  const blocks = JSON.parse(JSON.stringify(content ?? [])) as Json[];
  return JSON.stringify((blocks.length === 0 ? [{ type: 'paragraph' }] : blocks).map(plain));
};
type Json = { type: string; text?: string; marks?: { type: string }[]; content?: Json[] };

function plain({ type, text, marks = [], content = [] }: Json): Json {
  const inner: Json[] = [];
  for (const child of content.map(plain)) {
    const last = inner.at(-1);
    const joins = last?.text !== undefined && JSON.stringify(last.marks) === JSON.stringify(child.marks);
    if (joins && child.text !== undefined) last.text += child.text;
    else inner.push(child);
  }
  return { type, ...(text !== undefined && { text }), marks: marks.map(({ type }) => ({ type })), content: inner };
}

/**
 * Does something that people do, at a random place. Rows and columns are left alone: where two people change them at
 * once, an editor mends the table it shows, and writes that down with the next edit only.
 */
function act(editor: Editor, chance: (sides: number) => number): void {
  const { size } = editor.state.doc.content;
  const [a, b] = [chance(size + 1), chance(size + 1)].toSorted((one, other) => one - other) as [number, number];
  const place = TextSelection.near(editor.state.doc.resolve(a)).from;
  const deeds: (() => unknown)[] = [
    () => editor.commands.insertContentAt(place, ' etched'),
    () => editor.commands.insertContentAt(place, 'x'),
    () => editor.chain().setTextSelection(place).splitBlock().run(),
    () => editor.commands.deleteRange({ from: place, to: Math.min(editor.state.doc.resolve(place).end(), place + 12) }),
    () => editor.chain().setTextSelection({ from: a, to: b }).toggleBold().run(),
    () => editor.chain().setTextSelection(place).toggleHeading({ level: 2 }).run(),
    () => editor.chain().setTextSelection(place).toggleBulletList().run(),
    () => editor.chain().setTextSelection(size).insertTable({ rows: 2, cols: 2 }).run(),
    () => editor.chain().setTextSelection(place).undo().run(),
    () => moveBlock(editor, chance),
  ];
  deeds[chance(deeds.length)]!();
}

/** Takes a block out and puts it somewhere else in one transaction, as dragging does. */
function moveBlock(editor: Editor, chance: (sides: number) => number): void {
  const { doc, tr } = editor.state;
  const block = doc.child(chance(doc.childCount));
  let from = 0;
  doc.forEach((node, offset) => {
    if (node === block) from = offset;
  });
  tr.delete(from, from + block.nodeSize);
  const offsets = [0, tr.doc.content.size];
  tr.doc.forEach((_node, offset) => offsets.push(offset));
  editor.view.dispatch(tr.insert(offsets[chance(offsets.length)]!, block));
}

test.each(Array.from({ length: 40 }, (_, seed) => seed + 1))(
  '[RT90] editors show what their document holds, whatever people do at once (seed %i)',
  (seed) => {
    const chance = chances(seed * 7919);
    const { docs, editors, deliver } = twoWriters();
    editors[0]!.commands.setContent('<h2>Etch</h2><p>First line</p><p>Second line</p>');
    for (let step = 0; step < 120; step++) {
      const side = chance(2);
      act(editors[side]!, chance);
      if (chance(3) === 0) deliver(chance(2));
      for (const one of [0, 1]) {
        expect(text(shown(editors[one]!))).toBe(text(stored(docs[one]!)));
        if (editors[one]!.isEmpty) continue;
        expect(written(docs[one]!, () => putCursor(editors[one]!, 1))).toBe(0);
      }
    }
    for (let round = 0; round < 3; round++) for (const side of [0, 1]) deliver(side);
    expect(text(shown(editors[0]!))).toBe(text(shown(editors[1]!)));
  },
);

test("a letter that somebody else types replaces that letter's place only", () => {
  const { editors, deliver } = twoWriters();
  editors[0]!.commands.setContent('<p>one</p><p>two</p><p>three</p>');
  deliver(1);
  const replaced: [number, number][] = [];
  editors[1]!.on('transaction', ({ transaction }) => {
    for (const map of transaction.mapping.maps) map.forEach((from, to) => replaced.push([from, to]));
  });
  editors[0]!.commands.insertContentAt(9, 'x');
  deliver(1);
  expect(editors[1]!.getText({ blockSeparator: '|' })).toBe('one|twox|three');
  expect(replaced).toEqual([[9, 9]]);
});

const putCursor = (editor: Editor, at: number) => editor.view.dispatch(editor.state.tr.setMeta('cursor', at));

/** How many updates a document has from something that is done. */
function written(doc: Y.Doc, act: () => void): number {
  let updates = 0;
  const count = () => void updates++;
  doc.on('update', count);
  act();
  doc.off('update', count);
  return updates;
}

test('[RT90] two people press Enter at the same place and write on: no letter of either is lost', () => {
  const { docs, editors, deliver } = twoWriters();
  editors[0]!.commands.setContent('<p>First line</p>');
  deliver(1);
  for (const editor of editors) editor.chain().setTextSelection(11).splitBlock().run();
  editors[0]!.commands.insertContent('M');
  for (const side of [1, 0]) deliver(side);
  expect(docs.map((doc, side) => written(doc, () => putCursor(editors[side]!, 1)))).toEqual([0, 0]);
  for (const side of [0, 1]) deliver(side);
  expect(editors.map((editor) => editor.getText({ blockSeparator: '' }))).toEqual(['First lineM', 'First lineM']);
});

test.each(Array.from({ length: 40 }, (_, seed) => seed + 1))(
  '[RT91] whoever writes and presses Enter loses no letter, whatever another does so at the same time (seed %i)',
  (seed) => {
    const deed = (editor: Editor, place: number) => editor.chain().setTextSelection(place).splitBlock().run();
    const history = { seed: seed * 104_729, html: '<p>.</p><p></p>', steps: 150, rounds: 3, oneIn: 2, deed };
    const { typed, kept } = lettersOfTwo(history);
    expect(kept).toEqual([typed, typed]);
  },
);
