// @vitest-environment jsdom
import type { Editor } from '@tiptap/core';
import { expect, test } from 'vitest';
import { lettersOfTwo, twoWriters } from '../../test/two-writers.ts';

/** Lines with their text, blocks around them left out. */
const linesOf = (editor: Editor) => editor.getText({ blockSeparator: '|' }).replace(/\|+/g, '|');

/** Two people with the same lines before them: what one does to a line while the other types into it. */
function atWork(html: string) {
  const { editors, deliver } = twoWriters();
  const [one, other] = editors as [Editor, Editor];
  one.commands.setContent(html);
  deliver(1);
  const together = () => {
    for (let round = 0; round < 3; round++) for (const side of [0, 1]) deliver(side);
    return [linesOf(one), linesOf(other)];
  };
  return { one, other, together };
}

test.each<[string, (editor: Editor) => unknown, string]>([
  ['makes a heading of it', (editor) => editor.commands.toggleHeading({ level: 2 }), 'Etch|Depth is 12.5'],
  ['puts it into a list', (editor) => editor.commands.toggleBulletList(), 'Etch|Depth is 12.5'],
  ['quotes it', (editor) => editor.commands.toggleBlockquote(), 'Etch|Depth is 12.5'],
  ['joins it with the one before', (editor) => editor.commands.joinBackward(), 'EtchDepth is 12.5'],
])('[RT92] what is typed into a line while another %s is kept, and typing goes on behind it', (_name, deed, now) => {
  const { one, other, together } = atWork('<p>Etch</p><p>Depth is 12</p>');
  other.chain().setTextSelection(18).insertContent('.5').run();
  one.commands.setTextSelection(7);
  deed(one);
  expect(together()).toEqual([now, now]);
  other.commands.insertContent(' nm');
  expect(together()).toEqual([`${now} nm`, `${now} nm`]);
});

test('[RT92] it is found where the other has gone on writing in the line', () => {
  const { one, other, together } = atWork('<p>Etch</p><p>Depth is 12</p>');
  other.chain().setTextSelection(18).insertContent('.5').run();
  one.chain().setTextSelection(8).toggleHeading({ level: 2 }).insertContent('ee').run();
  expect(together()).toEqual(['Etch|Deeepth is 12.5', 'Etch|Deeepth is 12.5']);
});

test('[RT92] letters keep their places, in front, between and behind', () => {
  const { one, other, together } = atWork('<p>Etch</p><p>Depth is 12</p>');
  for (const [at, letters] of [
    [18, '🧪!'],
    [13, '_'],
    [7, '>'],
  ] as const)
    other.commands.insertContentAt(at, letters);
  one.chain().setTextSelection(8).toggleHeading({ level: 2 }).run();
  expect(together()).toEqual(['Etch|>Depth _is 12🧪!', 'Etch|>Depth _is 12🧪!']);
});

test('[RT92] what is bold stays bold', () => {
  const { one, other, together } = atWork('<p>Etch</p><p><strong>Depth</strong></p>');
  other
    .chain()
    .setTextSelection(12)
    .insertContent({ type: 'text', text: ' 12', marks: [{ type: 'bold' }] })
    .run();
  one.chain().setTextSelection(8).toggleHeading({ level: 2 }).run();
  together();
  expect(one.getHTML()).toContain('<h2><strong>Depth 12</strong></h2>');
});

test('[RT92] what is typed into an empty line that another takes away stands at the end of the line before', () => {
  const { one, other, together } = atWork('<p>Etch</p><p></p>');
  other.chain().setTextSelection(7).insertContent('12').run();
  one.chain().setTextSelection(7).joinBackward().run();
  expect(together()).toEqual(['Etch12', 'Etch12']);
});

test('a line that is deleted stays deleted, with what is being typed into it', () => {
  const { one, other, together } = atWork('<p>Etch</p><p>Depth is 12</p><p>End</p>');
  other.chain().setTextSelection(18).insertContent('.5').run();
  one.commands.deleteRange({ from: 6, to: 19 });
  expect(together()).toEqual(['Etch|End', 'Etch|End']);
});

test('letters that another has seen and deleted do not come back', () => {
  const { one, other, together } = atWork('<p>Etch</p><p>Depth is 12</p>');
  other.chain().setTextSelection(18).insertContent('.5').run();
  together();
  one.commands.deleteRange({ from: 18, to: 20 });
  one.chain().setTextSelection(8).toggleHeading({ level: 2 }).run();
  expect(together()).toEqual(['Etch|Depth is 12', 'Etch|Depth is 12']);
});

test.each(Array.from({ length: 40 }, (_, seed) => seed + 1))(
  '[RT92] whoever changes lines into headings and back takes no letter from others (seed %i)',
  (seed) => {
    const html = '<p>First</p><p>Second</p><ul><li><p>Third</p></li></ul>';
    const deed = (editor: Editor, place: number) =>
      editor.chain().setTextSelection(place).toggleHeading({ level: 2 }).run();
    const { typed, kept } = lettersOfTwo({ seed: seed * 15_485_863, html, steps: 80, rounds: 5, oneIn: 8, deed });
    expect(kept).toEqual([typed, typed]);
  },
);
