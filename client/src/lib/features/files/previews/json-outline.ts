export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'word';
/** A value of a document, in the order of the file. */
export type JsonNode = {
  depth: number;
  /** Its name in an object, as it is written; null in a list and at the top. */
  key: string | null;
  kind: JsonKind;
  /** A value as it is written: numbers keep every digit. Empty for what holds others. */
  text: string;
  /** How many values it holds directly. */
  children: number;
  /** The place of the first value after all that it holds. */
  end: number;
};

/** What is wrong with a document, and where. */
export class JsonFault extends Error {
  readonly line: number;

  constructor(line: number, words: string) {
    super(words);
    this.name = 'JsonFault';
    this.line = line;
  }
}

const blank = /[ \t\r\n]*/y;
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const word = /true|false|null/y;

/**
 * Reads JSON (RFC 8259) into a flat list: however deep it is nested, nothing calls itself. Numbers, strings and doubled names
 * stay as they are written, where `JSON.parse` would round or drop them.
 * @throws JsonFault where it is none.
 */
export function jsonOutline(source: string): JsonNode[] {
  const text = source.startsWith('\uFEFF') ? source.slice(1) : source;
  const nodes: JsonNode[] = [];
  /** The values that are open, outermost first. */
  const open: JsonNode[] = [];
  let at = 0;

  const fault = (words: string) => new JsonFault(text.slice(0, at).split('\n').length, words);
  function take(pattern: RegExp): string | null {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? null;
    if (found !== null) at += found.length;
    return found;
  }
  /** A string with its quotes. Not by a pattern: it may be millions of letters long. */
  function takeString(): string | null {
    if (text[at] !== '"') return null;
    const from = at++;
    while (text[at] !== '"') {
      if (at >= text.length) throw fault('A string is not closed.');
      if (text[at] === '\\') {
        if (take(escape) === null) throw fault('There is no such escape.');
      } else if (text.charCodeAt(at++) < 0x20) {
        throw fault('A string has a line end or another control character in it.');
      }
    }
    return text.slice(from, ++at);
  }
  function pass(letter: string): boolean {
    take(blank);
    if (text[at] !== letter) return false;
    at++;
    return true;
  }
  function name(): string {
    take(blank);
    const found = takeString();
    if (found === null) throw fault('A name in quotes is expected here.');
    if (!pass(':')) throw fault('A colon is expected here.');
    return found;
  }
  function value(key: string | null): void {
    take(blank);
    const parent = open.at(-1);
    if (parent) parent.children++;
    const node: JsonNode = { depth: open.length, key, kind: 'word', text: '', children: 0, end: nodes.length + 1 };
    nodes.push(node);
    const begins = text[at];
    if (begins === '{' || begins === '[') {
      at++;
      node.kind = begins === '{' ? 'object' : 'array';
      open.push(node);
      return;
    }
    const scalars = [
      ['string', takeString],
      ['number', () => take(number)],
      ['word', () => take(word)],
    ] as const;
    for (const [kind, read] of scalars) {
      const found = read();
      if (found === null) continue;
      node.kind = kind;
      node.text = found;
      return;
    }
    throw fault(at >= text.length ? 'The document ends too early.' : 'A value is expected here.');
  }

  value(null);
  while (open.length > 0) {
    const parent = open.at(-1);
    if (parent === undefined) break;
    const ends = parent.kind === 'object' ? '}' : ']';
    if (pass(ends)) {
      parent.end = nodes.length;
      open.pop();
    } else {
      if (parent.children > 0 && !pass(',')) throw fault(`A comma or ${ends} is expected here.`);
      value(parent.kind === 'object' ? name() : null);
    }
  }
  take(blank);
  if (at < text.length) throw fault('There is something after the end of the document.');
  return nodes;
}

/** The places of what is in sight, where some values are folded. */
export function unfolded(nodes: readonly JsonNode[], isFolded: (place: number) => boolean): number[] {
  const shown: number[] = [];
  for (let place = 0; place < nodes.length;) {
    const node = nodes[place];
    if (node === undefined) break;
    shown.push(place);
    place = isFolded(place) ? node.end : place + 1;
  }
  return shown;
}

/** Folded at first: what is deeper than two steps, and long lists. */
export const foldedAtFirst = ({ depth, children }: JsonNode): boolean =>
  children > 0 && (depth >= 2 || (depth > 0 && children > 100));
