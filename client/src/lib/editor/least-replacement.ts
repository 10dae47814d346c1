import { Slice, type Fragment, type Node } from '@tiptap/pm/model';
import type { Transaction } from '@tiptap/pm/state';
import { ReplaceStep } from '@tiptap/pm/transform';
import type { EditorView } from '@tiptap/pm/view';
import * as Y from 'yjs';
import { bindingExtension, watchWith, type Binding, type Mapping, type Observe } from './binding.ts';

/**
 * The binding between Yjs and the editor makes every node anew and replaces the whole document whenever somebody else
 * types a letter: in a long document each keystroke of a colleague would cost as much as opening it. Here it keeps the
 * nodes that have not changed, and replaces only what differs, so that the editor draws, maps and decorates only that.
 */
export const LeastReplacement = bindingExtension({ name: 'leastReplacement' }, (binding, view) => {
  // It forgets by itself the nodes that a change touches, and those around them.
  binding.mapping.clear = () => undefined;
  Object.defineProperty(binding, '_tr', { get: () => replacingLeast(view, binding) });
  watchWith(binding, takingAll(binding));
});

/**
 * Once in a while the binding looks for the cursor where the new document has no place, and would leave the editor
 * behind its document. Then the change is taken without it: the cursor stays where the editor's own mapping puts it.
 */
function takingAll(binding: Binding): Observe {
  const observe = binding._observeFunction;
  return (...change) => {
    try {
      observe(...change);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      binding.beforeTransactionSelection = null;
      observe(...change);
    }
  };
}

/** The binding only ever replaces the whole document: here by the smallest step with the same result. */
function replacingLeast(view: EditorView, binding: Binding): Transaction {
  const transaction = view.state.tr.setMeta('addToHistory', false);
  const replace = transaction.replace.bind(transaction);
  transaction.replace = (from, to, slice = Slice.empty) => {
    const step = leastStep(transaction.doc, slice.content);
    // An empty document, for one, is not what the schema allows: this way fills in what is missing.
    if (step !== 'nothing' && transaction.maybeStep(step).failed !== null) replace(from, to, slice);
    holdTo(binding.mapping, binding.type, transaction.doc);
    return transaction;
  };
  return transaction;
}

/**
 * The smallest replacement that turns the content of a document into another one, whose unchanged nodes are the same
 * objects. Nodes that only look the same count as different: of two empty paragraphs, the binding has to find each in
 * the place where Yjs has it. If it found one of them twice, it would take the other for deleted.
 */
export function leastStep(document: Node, content: Fragment): ReplaceStep | 'nothing' {
  let old = document.content;
  let start = 0;
  for (;;) {
    const first = equalChildren(old, content, 0);
    if (first === old.childCount && first === content.childCount) return 'nothing';
    const last = equalChildren(old, content, first, -1);
    const one = first + last + 1;
    const [was, is] = [old.maybeChild(first), content.maybeChild(first)];
    const isOne = old.childCount === one && content.childCount === one;
    if (!isOne || !was || !is || was.isText || !was.sameMarkup(is)) {
      return replacement(old, content, start, first, last);
    }
    start += sizeBefore(old, first) + 1;
    [old, content] = [was.content, is.content];
  }
}

/** How many children two fragments have in common from one end on, not counting `taken` at the other. */
function equalChildren(a: Fragment, b: Fragment, taken: number, direction: 1 | -1 = 1): number {
  const most = Math.min(a.childCount, b.childCount) - taken;
  const child = (of: Fragment, nth: number) => of.child(direction === 1 ? nth : of.childCount - 1 - nth);
  let equal = 0;
  while (equal < most && sameNode(child(a, equal), child(b, equal))) equal++;
  return equal;
}

const sameNode = (a: Node, b: Node) => a === b || (a.isText && a.eq(b));

const sizeBefore = (of: Fragment, child: number) => {
  let size = 0;
  for (let index = 0; index < child; index++) size += of.child(index).nodeSize;
  return size;
};

/** Replaces what lies between `first` equal children and `last` equal ones, less the equal letters at both ends. */
function replacement(old: Fragment, content: Fragment, start: number, first: number, last: number): ReplaceStep {
  const before = sizeBefore(old, first) + equalLetters(old.maybeChild(first), content.maybeChild(first));
  const after =
    old.size -
    sizeBefore(old, old.childCount - last) +
    equalLetters(old.maybeChild(old.childCount - 1 - last), content.maybeChild(content.childCount - 1 - last), -1);
  // In "aa" → "aaa" beginning and end overlap.
  const overlap = Math.max(0, before + after - Math.min(old.size, content.size));
  const slice = new Slice(content.cut(before, content.size - after + overlap), 0, 0);
  return new ReplaceStep(start + before, start + old.size - after + overlap, slice);
}

function equalLetters(a: Node | null, b: Node | null, direction: 1 | -1 = 1): number {
  if (!a || !b || !a.sameMarkup(b)) return 0;
  const [one, other] = [a.text ?? '', b.text ?? ''];
  let equal = 0;
  while (equal < Math.min(one.length, other.length)) {
    const at = direction === 1 ? equal : -1 - equal;
    if (one.at(at) !== other.at(at)) break;
    equal++;
  }
  return equal;
}

/** Tells the binding which node of the document each part of the Yjs document is now. */
function holdTo(mapping: Mapping, type: Y.XmlFragment, node: Node): void {
  const parts = type.toArray().filter((part) => !(part instanceof Y.XmlText) || part.length > 0);
  const children = withTextInRuns(node);
  if (parts.length !== children.length) return parts.forEach((part) => void mapping.delete(part));
  parts.forEach((part, index) => {
    const child = children[index];
    if (!child || part instanceof Y.XmlText !== Array.isArray(child)) mapping.delete(part);
    else if (mapping.get(part) !== child) {
      mapping.set(part, child);
      if (part instanceof Y.XmlElement) holdTo(mapping, part, child as Node);
    }
  });
}

/** The children of a node as the binding counts them: neighbouring pieces of text are one. */
function withTextInRuns(node: Node): (Node | Node[])[] {
  const children: (Node | Node[])[] = [];
  node.forEach((child) => {
    const last = children.at(-1);
    if (!child.isText) children.push(child);
    else if (Array.isArray(last)) last.push(child);
    else children.push([child]);
  });
  return children;
}
