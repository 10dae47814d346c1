import { alignNodes, type Aligned } from './align.ts';
import { whole, type ComparedNode } from './compare-node.ts';
import { compareTables } from './compare-table.ts';
import { compareText } from './compare-text.ts';
import { nodeKey, plainNode, sameAttrs, type DocNode } from './plain-node.ts';

/**
 * Lays two documents over each other: what was kept, what was removed, what was added, down to words, table columns and
 * attributes. Taking what was kept and removed gives the old document, what was kept and added the new one (`sideOf`).
 * Nothing is reported as moved.
 */
export const compareDocuments = (old: DocNode, now: DocNode): ComparedNode =>
  compareNodes(plainNode(old), plainNode(now));

/** Compares two plain nodes of which one became the other. */
function compareNodes(old: DocNode, now: DocNode): ComparedNode {
  if (nodeKey(old) === nodeKey(now)) return whole(now, 'kept');
  if (old.type === 'table' && now.type === 'table') {
    const rows = compareTables(old, now, compareNodes);
    if (rows) return { ...shell(old, now), content: rows };
  }
  const content = compareContent(old.content ?? [], now.content ?? []);
  return { ...shell(old, now), ...(content.length > 0 && { content }) };
}

/** The node itself, and what it was. */
function shell(old: DocNode, now: DocNode): ComparedNode {
  const { type, attrs } = now;
  const was = {
    ...(old.type !== type && { type: old.type }),
    ...(!sameAttrs(old.attrs, attrs) && { attrs: old.attrs ?? {} }),
  };
  return { change: 'kept', type, ...(attrs && { attrs }), ...(Object.keys(was).length > 0 && { was }) };
}

function compareContent(old: readonly DocNode[], now: readonly DocNode[]): ComparedNode[] {
  if ([...old, ...now].some(isInline)) return compareText(old, now);
  return alignNodes(old, now).map(compared);
}

function compared(pair: Aligned<DocNode>): ComparedNode {
  switch (pair.is) {
    case 'same':
      return whole(pair.now, 'kept');
    case 'changed':
      return compareNodes(pair.old, pair.now);
    case 'removed':
      return whole(pair.old, 'removed');
    case 'added':
      return whole(pair.now, 'added');
    default:
      return pair satisfies never;
  }
}

const inline = new Set(['text', 'hardBreak', 'inlineMath', 'file', 'mention']);
const isInline = ({ type }: DocNode): boolean => inline.has(type);
