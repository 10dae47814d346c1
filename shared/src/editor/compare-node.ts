import { plainNode, type DocMark, type DocNode } from './plain-node.ts';

/** A node of two documents laid over each other. */
export type ComparedNode = {
  /** `filler` stands where the other side of a table has a column that this row never had. */
  change: 'kept' | 'removed' | 'added' | 'filler';
  type: string;
  attrs?: DocNode['attrs'];
  text?: string;
  marks?: readonly DocMark[];
  content?: ComparedNode[];
  /** What a kept node was before, where it is something else now. */
  was?: { type?: string; attrs?: NonNullable<DocNode['attrs']>; marks?: readonly DocMark[] };
};

/** A whole node that is only on one side. */
export function whole(node: DocNode, change: 'removed' | 'added' | 'kept'): ComparedNode {
  const { type, attrs, text, marks, content } = node;
  return {
    change,
    type,
    ...(attrs && { attrs }),
    ...(text !== undefined && { text }),
    ...(marks && { marks }),
    ...(content && { content: content.map((child) => whole(child, change)) }),
  };
}

/** The old document, or the new one, in a comparison. */
export function sideOf(node: ComparedNode, side: 'old' | 'new'): DocNode {
  const [own] = sidesOf(node, side);
  return own ? plainNode(own) : { type: node.type };
}

function sidesOf({ change, type, attrs, text, marks, content, was }: ComparedNode, side: 'old' | 'new'): DocNode[] {
  if (change === 'filler' || change === (side === 'old' ? 'added' : 'removed')) return [];
  const before = side === 'old' ? was : undefined;
  return [
    {
      type: before?.type ?? type,
      attrs: before?.attrs ?? attrs,
      text,
      marks: before?.marks ?? marks,
      content: content?.flatMap((child) => sidesOf(child, side)),
    },
  ];
}
