import { describe, expect, test } from 'vitest';
import { compareDocuments } from './compare.ts';
import { sideOf, type ComparedNode } from './compare-node.ts';
import { changeWords } from './compare-words.ts';
import { markdownToDocument } from './markdown.ts';
import { plainNode, type DocNode } from './plain-node.ts';

const compare = (old: string, now: string): ComparedNode =>
  compareDocuments(markdownToDocument(old) as DocNode, markdownToDocument(now) as DocNode);

/** A comparison as text: {-removed-}{+added+}, one line per block, (…) for what is said of a node. */
function shown(node: ComparedNode): string {
  const words = changeWords(node);
  const inside = node.text ?? (node.content ?? []).map(shown).join(separator[node.type] ?? '');
  const own = (node.content ? inside : inside || latexOf(node)) + (words === null ? '' : `(${words})`);
  const isLeaf = node.content === undefined;
  if (node.change === 'filler') return '·';
  if (node.change === 'kept' || !isLeaf) return own;
  return node.change === 'removed' ? `{-${own}-}` : `{+${own}+}`;
}
const separator: Record<string, string> = { doc: '\n', table: '\n', tableRow: '|', taskList: '\n', bulletList: '\n' };
const latexOf = ({ attrs = {} }: ComparedNode): string => (typeof attrs['latex'] === 'string' ? attrs['latex'] : '');

describe('a comparison reads as a person would mark it', () => {
  test.each([
    ['a word', 'Rate 31.8 nm per minute.', 'Rate 32.4 nm per minute.', 'Rate {-31.8-}{+32.4+} nm per minute.'],
    ['words beside each other', 'a big red wafer', 'a small grey wafer', 'a {-big red-}{+small grey+} wafer'],
    ['a paragraph more', 'One.\n\nThree.', 'One.\n\nTwo.\n\nThree.', 'One.\n{+Two.+}\nThree.'],
    ['a paragraph less', 'One.\n\nTwo.\n\nThree.', 'One.\n\nThree.', 'One.\n{-Two.-}\nThree.'],
    ['a heading of another level', '## Plan', '### Plan', 'Plan(was heading 2)'],
    ['a heading from a paragraph', 'Plan of today', '## Plan of today', 'Plan of today(was text)'],
    ['a check mark', '- [ ] weigh\n- [ ] etch', '- [x] weigh\n- [ ] etch', 'weigh(now checked)\netch'],
    ['an equation', '$$\na = 1\n$$', '$$\na = 2\n$$', 'a = 2(was a = 1)'],
    ['an equation in a line', 'so $a$ holds', 'so $b$ holds', 'so {-a-}{+b+} holds'],
    ['bold', 'the wafer broke', 'the **wafer** broke', 'the wafer(now bold) broke'],
    ['code', '```python\nx = 1\ny = 2\n```', '```python\nx = 1\ny = 3\n```', 'x = 1\ny = {-2-}{+3+}'],
    ['the language of code', '```r\nx\n```', '```python\nx\n```', 'x(language was r)'],
  ])('%s', (_what, old, now, expected) => {
    expect(shown(compare(old, now))).toBe(expected);
  });

  const table = (...rows: string[][]): string =>
    [rows[0]!, rows[0]!.map(() => '---'), ...rows.slice(1)].map((row) => `| ${row.join(' | ')} |`).join('\n');

  test('a cell of a table', () => {
    const old = table(['step', 'nm'], ['a', '1.5'], ['b', '2.5']);
    const now = table(['step', 'nm'], ['a', '1.5'], ['b', '9.5']);
    expect(shown(compare(old, now))).toBe('step|nm\na|1.5\nb|{-2.5-}{+9.5+}');
  });

  test('a row of a table more, and one less', () => {
    const old = table(['step', 'nm'], ['a', '1.5'], ['b', '2.5']);
    const now = table(['step', 'nm'], ['b', '2.5'], ['c', '7.25']);
    expect(shown(compare(old, now))).toBe('step|nm\n{-a-}|{-1.5-}\nb|2.5\n{+c+}|{+7.25+}');
  });

  test('a row of a table that says something else about the same thing', () => {
    const old = table(['step', 'nm', 'by'], ['rinse', '1.5', 'Ada'], ['etch', '2.5', 'Max']);
    const now = table(['step', 'nm', 'by'], ['etch', '9.5', 'Eve'], ['dry', '7', 'Max']);
    expect(shown(compare(old, now))).toBe(
      'step|nm|by\n{-rinse-}|{-1.5-}|{-Ada-}\netch|{-2.5-}{+9.5+}|{-Max-}{+Eve+}\n{+dry+}|{+7+}|{+Max+}',
    );
  });

  test('a column of a table more, while a cell changes', () => {
    const old = table(['step', 'nm'], ['a', '1.5'], ['b', '2.5']);
    const now = table(['step', 'by', 'nm'], ['a', 'Ada', '1.5'], ['b', 'Max', '2.7']);
    expect(shown(compare(old, now))).toBe('step|{+by+}|nm\na|{+Ada+}|1.5\nb|{+Max+}|{-2.5-}{+2.7+}');
  });

  test('a column of a table less, and a row that never had the new one', () => {
    const old = table(['step', 'by', 'nm'], ['a', 'Ada', '1.5'], ['gone', 'Max', '8.5']);
    const now = table(['step', 'nm', 'note'], ['a', '1.5', 'fine']);
    expect(shown(compare(old, now))).toBe(
      'step|{-by-}|nm|{+note+}\na|{-Ada-}|1.5|{+fine+}\n{-gone-}|{-Max-}|{-8.5-}|·',
    );
  });

  test('what is equal is kept whole', () => {
    const text = '# Plan\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |';
    expect(JSON.stringify(compare(text, text))).not.toMatch(/removed|added|"was"/);
  });
});

describe('[RT36] both sides are in it', () => {
  const seeds = Array.from({ length: 300 }, (_, index) => index + 1);
  test.each(seeds)('of random documents, seed %i', (seed) => {
    const roll = dice(seed);
    const old = aDocument(roll);
    const now = roll(4) === 0 ? aDocument(roll) : mutated(old, roll);
    const compared = compareDocuments(old, now);
    expect(sideOf(compared, 'old')).toEqual(plainNode(old));
    expect(sideOf(compared, 'new')).toEqual(plainNode(now));
  });

  test('of two long texts that have nothing in common, in time', () => {
    const long = (word: string): DocNode => ({
      type: 'doc',
      content: [{ type: 'paragraph', content: [{ type: 'text', text: `${word} `.repeat(30_000) }] }],
    });
    const before = performance.now();
    const compared = compareDocuments(long('a'), long('b'));
    expect(performance.now() - before).toBeLessThan(3000);
    expect(sideOf(compared, 'new')).toEqual(long('b'));
  });
});

type Roll = (sides: number) => number;

function dice(seed: number): Roll {
  let state = seed * 2654435761;
  return (sides) => {
    state = Math.imul(state ^ (state >>> 15), 2246822519) + 3266489917;
    return ((state ^ (state >>> 13)) >>> 0) % sides;
  };
}

const vocabulary = ['etch', 'rate', '31.8', 'wafer', 'the', 'and', 'naïve', '日本', '👩‍🔬', 'nm/min', ' ', '.'];

function inlineOf(roll: Roll): DocNode[] {
  return Array.from({ length: roll(5) }, () => {
    if (roll(9) === 0) return { type: 'inlineMath', attrs: { latex: `x_${roll(3)}` } };
    if (roll(12) === 0) return { type: 'hardBreak' };
    const text = Array.from({ length: 1 + roll(6) }, () => vocabulary[roll(vocabulary.length)]!).join(' ');
    const marks = [{ type: 'bold' }, { type: 'link', attrs: { href: `/${roll(2)}` } }].filter(() => roll(4) === 0);
    return { type: 'text', text, ...(marks.length > 0 && { marks }) };
  });
}

function aBlock(roll: Roll, depth = 0): DocNode {
  const paragraph = (): DocNode => ({ type: 'paragraph', content: inlineOf(roll) });
  switch (roll(depth > 1 ? 3 : 8)) {
    case 0:
      return { type: 'heading', attrs: { level: 1 + roll(3) }, content: inlineOf(roll) };
    case 1:
      return { type: 'blockMath', attrs: { latex: `y = ${roll(4)}` } };
    case 3: {
      const checked = (): DocNode => ({
        type: 'taskItem',
        attrs: { checked: roll(2) === 0 },
        content: [paragraph(), ...(roll(3) === 0 ? [aBlock(roll, depth + 1)] : [])],
      });
      return { type: 'taskList', content: Array.from({ length: 1 + roll(3) }, checked) };
    }
    case 4: {
      const width = 1 + roll(4);
      const cell = (): DocNode => ({ type: 'tableCell', attrs: { colspan: roll(30) ? 1 : 2 }, content: [paragraph()] });
      const row = (): DocNode => ({ type: 'tableRow', content: Array.from({ length: width }, cell) });
      return { type: 'table', content: Array.from({ length: 1 + roll(4) }, row) };
    }
    case 5:
      return { type: 'codeBlock', attrs: { language: 'r' }, content: [{ type: 'text', text: 'a <- 1\nb <- 2' }] };
    case 6:
      return { type: 'blockquote', content: [aBlock(roll, depth + 1)] };
    default:
      return paragraph();
  }
}

const aDocument = (roll: Roll): DocNode => ({
  type: 'doc',
  content: Array.from({ length: roll(9) }, () => aBlock(roll)),
});

/** A few things removed, added, changed or given another look, anywhere. */
function mutated(node: DocNode, roll: Roll): DocNode {
  if (node.text !== undefined) {
    const at = roll(node.text.length + 1);
    if (roll(5) === 0) return { ...node, marks: [{ type: 'italic' }] };
    return roll(3) === 0 ? { ...node, text: `${node.text.slice(0, at)} new ${node.text.slice(at + roll(5))}` } : node;
  }
  if (node.type === 'table' && roll(2) === 0) return withoutColumn(node, roll(3));
  const content = (node.content ?? []).flatMap((child) => {
    if (roll(9) === 0) return [];
    const kept = mutated(child, roll);
    return node.type === 'doc' && roll(7) === 0 ? [aBlock(roll), kept] : [kept];
  });
  if (node.type === 'paragraph' && roll(8) === 0) return { type: 'heading', attrs: { level: 2 }, content };
  return { ...node, content };
}

const withoutColumn = (table: DocNode, column: number): DocNode => ({
  ...table,
  content: table.content!.map((row) => ({ ...row, content: row.content!.filter((_, at) => at !== column) })),
});
