import { codeBlock, headings, lists, quote, type BlockCommand } from './block-commands.ts';

type Group = { title: string; keys: readonly (readonly [what: string, keys: string])[] };

const keysOf = (commands: readonly BlockCommand[]): [string, string][] =>
  commands.flatMap(({ label, keys }): [string, string][] => (keys === undefined ? [] : [[label, keys]]));

/** What the keyboard does in the editor, as shown to people. */
export const shortcuts: readonly Group[] = [
  {
    title: 'Text',
    keys: [
      ['Bold', 'mod+b'],
      ['Italic', 'mod+i'],
      ['Underline', 'mod+u'],
      ['Strike through', 'mod+shift+s'],
      ['Highlight', 'mod+shift+h'],
      ['Code', 'mod+e'],
      ['Link', 'mod+shift+k'],
      ['Line break', 'shift+enter'],
    ],
  },
  { title: 'Blocks', keys: [['Menu of blocks', '/'], ...keysOf([...headings, ...lists, quote, codeBlock])] },
  {
    title: 'Lists and tables',
    keys: [
      ['Deeper, or next cell', 'tab'],
      ['Less deep, or previous cell', 'shift+tab'],
    ],
  },
  {
    title: 'Everything',
    keys: [
      ['Undo what I did', 'mod+z'],
      ['Redo', 'mod+shift+z'],
      ['Paste markdown as text', 'mod+shift+v'],
      ['These shortcuts', 'mod+/'],
    ],
  },
];
