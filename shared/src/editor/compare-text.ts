import { diffArrays } from 'diff';
import { whole, type ComparedNode } from './compare-node.ts';
import { nodeKey, sameMarks, type DocMark, type DocNode } from './plain-node.ts';

/** A word, a number, a space, a sign, or something in a line that is no text. */
type Token = { key: string; text: string | null; node: DocNode };

const words = /\p{N}+(?:[.,]\p{N}+)*|[\p{L}\p{M}\p{N}_]+(?:['’-][\p{L}\p{M}\p{N}]+)*|[ \t]+|\r?\n|[^]/gu;

/** Beyond so many changed words two texts are shown one after the other. */
const maxEdits = 4000;

/** What became of a line of text, word by word. A word that only looks different (bold, linked) was kept. */
export function compareText(old: readonly DocNode[], now: readonly DocNode[]): ComparedNode[] {
  const [olds, news] = [old.flatMap(tokens), now.flatMap(tokens)];
  const steps = diffArrays(
    olds.map(({ key }) => key),
    news.map(({ key }) => key),
    { maxEditLength: maxEdits },
  ) ?? [
    { added: false, removed: true, count: olds.length },
    { added: true, removed: false, count: news.length },
  ];
  const line = new Line();
  let [atOld, atNow] = [0, 0];
  for (const [place, { added, removed, count }] of steps.entries()) {
    const [from, to] = [olds.slice(atOld, atOld + count), news.slice(atNow, atNow + count)];
    if (!added) atOld += count;
    if (!removed) atNow += count;
    const isBetweenChanges = place > 0 && place < steps.length - 1;
    if (added) line.add(to);
    else if (removed) line.remove(from);
    else if (isBetweenChanges && from.every(({ text }) => text?.trim() === '')) {
      // Two changed words with a space between them read better as one change.
      line.remove(from);
      line.add(to);
    } else line.keep(from, to);
  }
  return line.end();
}

function tokens(node: DocNode): Token[] {
  const { text } = node;
  if (text === undefined) return [{ key: nodeKey(node), text: null, node }];
  return (text.match(words) ?? []).map((word) => ({ key: `"${word}`, text: word, node }));
}

/** The compared line as it grows; in each change what was removed stands before what was added. */
class Line {
  readonly #done: ComparedNode[] = [];
  #removed: ComparedNode[] = [];
  #added: ComparedNode[] = [];

  remove(some: readonly Token[]): void {
    for (const token of some) append(this.#removed, piece(token, 'removed'));
  }

  add(some: readonly Token[]): void {
    for (const token of some) append(this.#added, piece(token, 'added'));
  }

  keep(from: readonly Token[], to: readonly Token[]): void {
    this.#flush();
    for (const [index, token] of to.entries()) {
      const old = from[index]?.node.marks;
      const kept = piece(token, 'kept');
      append(this.#done, sameMarks(old, token.node.marks) ? kept : { ...kept, was: { marks: old ?? [] } });
    }
  }

  end(): ComparedNode[] {
    this.#flush();
    return this.#done;
  }

  #flush(): void {
    for (const one of [...this.#removed, ...this.#added]) append(this.#done, one);
    this.#removed = [];
    this.#added = [];
  }
}

function piece({ text, node }: Token, change: 'removed' | 'added' | 'kept'): ComparedNode {
  return whole(text === null ? node : { ...node, text }, change);
}

function append(nodes: ComparedNode[], next: ComparedNode): void {
  const last = nodes.at(-1);
  const joins =
    last?.text !== undefined &&
    next.text !== undefined &&
    last.change === next.change &&
    sameMarks(last.marks, next.marks) &&
    sameWas(last.was?.marks, next.was?.marks);
  if (joins) nodes[nodes.length - 1] = { ...last, text: `${last.text}${next.text}` };
  else nodes.push(next);
}

const sameWas = (one: readonly DocMark[] | undefined, other: readonly DocMark[] | undefined): boolean =>
  one === undefined || other === undefined ? one === other : sameMarks(one, other);
