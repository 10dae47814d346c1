import { alignNodes } from '@cobench/shared/editor/align';
import { compareText } from '@cobench/shared/editor/compare-text';
import { plainNode, sameAttrs, type DocMark, type DocNode } from '@cobench/shared/editor/plain-node';
import * as Y from 'yjs';

type Parent = Y.XmlFragment | Y.XmlElement;
type Child = Y.XmlElement | Y.XmlText;

/** Makes a body what it should be, touching only what differs. */
export function becomeBody(fragment: Y.XmlFragment, target: DocNode): void {
  become(fragment, grouped(plainNode(target).content ?? []));
}

/** Text between other nodes is one child of its parent in Yjs: so it is here. */
const textName = '#text';

/** Makes the children of a parent what they should be. */
function become(parent: Parent, target: readonly DocNode[]): void {
  const children = parent.toArray() as Child[];
  const now = children.map(nodeOf);
  const places = new Map(now.map((node, index) => [node, children[index]]));
  let at = 0;
  for (const pair of alignNodes(now, target)) {
    const child = 'old' in pair ? places.get(pair.old) : undefined;
    if (pair.is === 'same' || (pair.is === 'changed' && child && turn(child, pair.now))) {
      at++;
      continue;
    }
    // Somebody may just be about to write into a text that is empty.
    if (child instanceof Y.XmlText && child.length === 0) at++;
    else if (child) parent.delete(at, 1);
    if ('now' in pair) parent.insert(at++, [childOf(pair.now)]);
  }
}

/** Turns a child into a node of the same kind; false where it is of another kind. */
function turn(child: Child, node: DocNode): boolean {
  if (child instanceof Y.XmlText) {
    if (node.type !== textName) return false;
    rewrite(child, node.content ?? []);
    return true;
  }
  if (child.nodeName !== node.type) return false;
  const attrs = child.getAttributes() as Record<string, unknown>;
  for (const key of Object.keys(attrs)) if (!(key in (node.attrs ?? {}))) child.removeAttribute(key);
  for (const [key, value] of Object.entries(node.attrs ?? {})) {
    if (!sameAttrs({ value: attrs[key] }, { value })) setAttribute(child, key, value);
  }
  become(child, node.content ?? []);
  return true;
}

/** Changes only the words that differ, and the look of those that only look different. */
function rewrite(text: Y.XmlText, target: readonly DocNode[]): void {
  const delta = compareText(nodeOf(text).content ?? [], target).map(({ change, text = '', marks, was }) => {
    if (change === 'removed') return { delete: text.length };
    if (change === 'added') return { insert: text, attributes: formatOf(marks) };
    if (!was) return { retain: text.length };
    const gone = Object.fromEntries((was.marks ?? []).map(({ type }) => [type, null]));
    return { retain: text.length, attributes: { ...gone, ...formatOf(marks) } };
  });
  text.applyDelta(delta, { sanitize: false });
}

function childOf(node: DocNode): Child {
  if (node.type === textName) {
    const text = new Y.XmlText();
    const delta = (node.content ?? []).map(({ text = '', marks }) => ({ insert: text, attributes: formatOf(marks) }));
    text.applyDelta(delta, { sanitize: false });
    return text;
  }
  const element = new Y.XmlElement(node.type);
  for (const [key, value] of Object.entries(node.attrs ?? {})) setAttribute(element, key, value);
  element.insert(0, (node.content ?? []).map(childOf));
  return element;
}

/** Attributes are JSON; Yjs declares only the texts among them. */
function setAttribute(element: Y.XmlElement, key: string, value: unknown): void {
  element.setAttribute(key, value as string);
}

const formatOf = (marks: readonly DocMark[] = []): Record<string, unknown> =>
  Object.fromEntries(marks.map(({ type, attrs }) => [type, attrs ?? {}]));

/** A child of a Yjs type as a plain node. */
function nodeOf(child: Child): DocNode {
  if (child instanceof Y.XmlText) {
    const runs = (child.toDelta() as { insert: unknown; attributes?: Record<string, unknown> }[]).map(
      ({ insert, attributes }): DocNode => ({
        type: 'text',
        text: String(insert),
        marks: Object.entries(attributes ?? {}).map(([type, value]) => ({ type, attrs: Object(value) })),
      }),
    );
    return plainNode({ type: textName, content: runs });
  }
  const attrs = child.getAttributes() as Record<string, unknown>;
  return plainNode({ type: child.nodeName, attrs, content: (child.toArray() as Child[]).map(nodeOf) });
}

/** Runs of text that stand together become one node. */
function grouped(nodes: readonly DocNode[]): DocNode[] {
  const result: DocNode[] = [];
  for (const node of nodes) {
    const last = result.at(-1);
    if (node.text === undefined) result.push({ ...node, ...(node.content && { content: grouped(node.content) }) });
    else if (last?.type === textName) result[result.length - 1] = { ...last, content: [...(last.content ?? []), node] };
    else result.push({ type: textName, content: [node] });
  }
  return result;
}
