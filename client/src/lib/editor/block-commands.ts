import { codeLanguages } from '@cobench/shared/editor/code-languages';
import Code from '@lucide/svelte/icons/code-xml';
import FileUp from '@lucide/svelte/icons/file-up';
import Heading1 from '@lucide/svelte/icons/heading-1';
import Heading2 from '@lucide/svelte/icons/heading-2';
import Heading3 from '@lucide/svelte/icons/heading-3';
import ImageUp from '@lucide/svelte/icons/image-up';
import List from '@lucide/svelte/icons/list';
import ListOrdered from '@lucide/svelte/icons/list-ordered';
import ListTodo from '@lucide/svelte/icons/list-todo';
import Minus from '@lucide/svelte/icons/minus';
import Quote from '@lucide/svelte/icons/text-quote';
import Sigma from '@lucide/svelte/icons/sigma';
import SquareSigma from '@lucide/svelte/icons/square-sigma';
import Table from '@lucide/svelte/icons/table';
import type { ChainedCommands, Editor } from '@tiptap/core';
import type { Icon } from '#lib/ui/icon.ts';

/** What a command may ask for before it can do its work. */
export type Question = { kind: 'equation'; display: 'inline' | 'block' } | { kind: 'files'; images: boolean };

/** One kind of block that the toolbar and the slash menu put into a document. */
export type BlockCommand = {
  id: string;
  label: string;
  icon: Icon;
  /** Other words that people look for it by. */
  words: string;
  /** The keys that do the same, as `Kbd` takes them. */
  keys?: string;
  /** What to do with the document, or what to ask first. */
  act: ((chain: ChainedCommands) => ChainedCommands) | Question;
  /** Whether the cursor is in such a block. */
  isActive?: (editor: Editor) => boolean;
  /** Found by typing only, not listed at first. */
  onDemand?: true;
};

const heading = (level: 1 | 2 | 3, icon: Icon): BlockCommand => ({
  id: `heading-${level}`,
  label: `Heading ${level}`,
  icon,
  words: `title section h${level}`,
  keys: `mod+alt+${level}`,
  act: (chain) => chain.toggleHeading({ level }),
  isActive: (editor) => editor.isActive('heading', { level }),
});

export const headings = [heading(1, Heading1), heading(2, Heading2), heading(3, Heading3)] as const;

export const lists: readonly BlockCommand[] = [
  {
    id: 'bullet-list',
    label: 'Bullet list',
    icon: List,
    words: 'unordered points ul',
    keys: 'mod+shift+8',
    act: (chain) => chain.toggleBulletList(),
    isActive: (editor) => editor.isActive('bulletList'),
  },
  {
    id: 'numbered-list',
    label: 'Numbered list',
    icon: ListOrdered,
    words: 'ordered steps ol',
    keys: 'mod+shift+7',
    act: (chain) => chain.toggleOrderedList(),
    isActive: (editor) => editor.isActive('orderedList'),
  },
  {
    id: 'task-list',
    label: 'Task list',
    icon: ListTodo,
    words: 'todo checkbox checklist',
    keys: 'mod+shift+9',
    act: (chain) => chain.toggleTaskList(),
    isActive: (editor) => editor.isActive('taskList'),
  },
];

export const quote: BlockCommand = {
  id: 'quote',
  label: 'Quote',
  icon: Quote,
  words: 'blockquote citation',
  keys: 'mod+shift+b',
  act: (chain) => chain.toggleBlockquote(),
  isActive: (editor) => editor.isActive('blockquote'),
};

export const codeBlock: BlockCommand = {
  id: 'code-block',
  label: 'Code block',
  icon: Code,
  words: 'source script pre',
  keys: 'mod+alt+c',
  act: (chain) => chain.toggleCodeBlock(),
  isActive: (editor) => editor.isActive('codeBlock'),
};

export const table: BlockCommand = {
  id: 'table',
  label: 'Table',
  icon: Table,
  words: 'grid rows columns cells',
  act: (chain) => chain.insertTable({ rows: 3, cols: 3, withHeaderRow: true }),
  isActive: (editor) => editor.isActive('table'),
};

export const equation: BlockCommand = {
  id: 'equation',
  label: 'Equation',
  icon: SquareSigma,
  words: 'math latex formula display block',
  act: { kind: 'equation', display: 'block' },
  isActive: (editor) => editor.isActive('blockMath'),
};

const inlineEquation: BlockCommand = {
  id: 'inline-equation',
  label: 'Equation in the line',
  icon: Sigma,
  words: 'math latex formula inline symbol',
  act: { kind: 'equation', display: 'inline' },
};

export const image: BlockCommand = {
  id: 'image',
  label: 'Image',
  icon: ImageUp,
  words: 'picture photo screenshot upload',
  act: { kind: 'files', images: true },
  isActive: (editor) => editor.isActive('image'),
};

const file: BlockCommand = {
  id: 'file',
  label: 'File',
  icon: FileUp,
  words: 'attachment upload data',
  act: { kind: 'files', images: false },
};

const divider: BlockCommand = {
  id: 'divider',
  label: 'Divider',
  icon: Minus,
  words: 'line rule separator hr',
  act: (chain) => chain.setHorizontalRule(),
};

const codeIn = ([language, name]: [string, string]): BlockCommand => ({
  id: `code-${language}`,
  label: `Code block: ${name}`,
  icon: Code,
  words: `${language} source script`,
  act: (chain) => chain.setCodeBlock({ language }),
  onDemand: true,
});

const all: readonly BlockCommand[] = [
  ...headings,
  ...lists,
  table,
  codeBlock,
  equation,
  inlineEquation,
  image,
  file,
  quote,
  divider,
  ...Object.entries(codeLanguages).map(codeIn),
];

/** Where a command is asked for: inside a table or not, and whether files can be put in. */
type Place = { inTable: boolean; files: boolean };

/** The commands that fit what was typed, best first; none of those that make no sense there. */
export function findCommands(query: string, { inTable, files }: Place): BlockCommand[] {
  const asked = query.trim().toLowerCase();
  const possible = all.filter(
    ({ id, act }) => (!inTable || id !== 'table') && (files || typeof act === 'function' || act.kind !== 'files'),
  );
  if (asked === '') return possible.filter(({ onDemand }) => onDemand !== true);
  return possible
    .map((command) => ({ command, rank: rankOf(command, asked) }))
    .filter(({ rank }) => rank < noMatch)
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ command }) => command);
}

const noMatch = 3;

function rankOf({ label, words }: BlockCommand, asked: string): number {
  const name = label.toLowerCase();
  if (name.startsWith(asked)) return 0;
  if (name.includes(asked)) return 1;
  return words.split(' ').some((word) => word.startsWith(asked)) ? 2 : noMatch;
}
