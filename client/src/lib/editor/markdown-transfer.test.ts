import { documentExtensions } from '@cobench/shared/editor/schema';
import { Editor } from '@tiptap/core';
import { afterEach, expect, test } from 'vitest';
import { insertMarkdown, markdownOf } from './markdown-transfer.ts';

const open: Editor[] = [];

function anEditor(html = ''): Editor {
  const editor = new Editor({
    element: document.createElement('div'),
    extensions: documentExtensions(),
    content: html,
  });
  open.push(editor);
  return editor;
}

afterEach(() => open.splice(0).forEach((editor) => editor.destroy()));

test('what is read in can be read out', () => {
  const editor = anEditor();
  const markdown = '# Etch\n\n- [x] weighed\n\n| a   | b   |\n| --- | --- |\n| 1   | 2   |\n\n$$\nx^2\n$$';
  expect(insertMarkdown(editor, markdown, 'cursor')).toBe(true);
  expect(markdownOf(editor).replace(/\n{2,}/g, '\n\n')).toBe(markdown);
});

test('it goes to the end when asked to, and leaves no empty line in an empty document', () => {
  const editor = anEditor('<p>before</p>');
  insertMarkdown(editor, 'after **all**', 'end');
  expect(markdownOf(editor)).toBe('before\n\nafter **all**');
});
