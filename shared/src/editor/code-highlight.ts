import bash from 'highlight.js/lib/languages/bash';
import json from 'highlight.js/lib/languages/json';
import matlab from 'highlight.js/lib/languages/matlab';
import python from 'highlight.js/lib/languages/python';
import r from 'highlight.js/lib/languages/r';
import sql from 'highlight.js/lib/languages/sql';
import { createLowlight } from 'lowlight';
import type { CodeLanguage } from './code-languages.ts';

const lowlight = createLowlight({ bash, json, matlab, python, r, sql } satisfies Record<CodeLanguage, unknown>);

/** A piece of code that is drawn in one style: offsets in UTF-16 units, and highlight.js class names. */
export type CodeSpan = { from: number; to: number; className: string };

type Tree = ReturnType<typeof lowlight.highlight>['children'][number];

/** The coloured pieces of a code block, in order; none for a language that is not known. */
export function highlightCode(code: string, language: string | null): CodeSpan[] {
  if (language === null || !lowlight.registered(language)) return [];
  const spans: CodeSpan[] = [];
  let at = 0;
  const walk = (node: Tree, className: string): void => {
    if (node.type === 'text') {
      if (className !== '') spans.push({ from: at, to: at + node.value.length, className });
      at += node.value.length;
    } else if (node.type === 'element') {
      const own = node.properties['className'];
      for (const child of node.children) walk(child, Array.isArray(own) ? own.join(' ') : className);
    }
  };
  for (const node of lowlight.highlight(language, code).children) walk(node, '');
  return spans;
}
