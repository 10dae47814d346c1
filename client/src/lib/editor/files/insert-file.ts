import type { Node, NodeType, ResolvedPos } from '@tiptap/pm/model';
import { NodeSelection, TextSelection, type EditorState, type Transaction } from '@tiptap/pm/state';

/** An image stands between blocks, a file in a line. */
export type FileForm = 'image' | 'file';

/**
 * Makes room for what is pasted at the cursor, and answers where it goes: a file where the cursor is; an image before an
 * empty line, and after one that is not. Who pastes at the end of a line goes on writing below the image.
 */
export function roomAtCursor(transaction: Transaction, form: FileForm): number {
  const { selection } = transaction;
  // What is chosen there stays: if the new one never arrives, nothing is lost.
  if (selection instanceof NodeSelection) return placeAt(transaction, selection.to, form);
  const { $from } = transaction.deleteSelection().selection;
  const at = placeAt(transaction, $from.pos, form);
  const { paragraph } = transaction.doc.type.schema.nodes;
  const isLine = $from.parent.type === paragraph && $from.parent.content.size > 0;
  if (form === 'file' || !paragraph || !isLine || $from.parentOffset < $from.parent.content.size) return at;
  const below = transaction.doc.resolve(at);
  const isFree = below.nodeAfter?.type === paragraph && below.nodeAfter.content.size === 0;
  if (!isFree) transaction.insert(at, paragraph.create());
  transaction.setSelection(TextSelection.create(transaction.doc, at + 1));
  return at;
}

/** Where a file that was dropped at a position goes. */
export function placeAt({ doc }: Transaction, position: number, form: FileForm): number {
  const type = doc.type.schema.nodes[form];
  const $at = doc.resolve(position);
  if (form === 'file' || type === undefined || canHold($at, type)) return position;
  return besideBlock($at, type);
}

/** Puts a node in as near to a place as the document allows. The cursor stays where it is. */
export function insertFile(state: EditorState, at: number, node: Node): Transaction {
  const $at = state.doc.resolve(Math.min(at, state.doc.content.size));
  if (canHold($at, node.type)) return state.tr.insert($at.pos, node);
  const block = node.isInline ? state.schema.node('paragraph', null, node) : node;
  return state.tr.insert(canHold($at, block.type) ? $at.pos : besideBlock($at, block.type), block);
}

/** The place beside the innermost block that may have a neighbour: before it at its start, else after it. */
function besideBlock($at: ResolvedPos, type: NodeType): number {
  for (let depth = $at.depth; depth > 0; depth--) {
    const isAtStart = $at.pos === $at.start(depth) && $at.parent.type.name !== 'image';
    const sides = isAtStart ? [$at.before(depth), $at.after(depth)] : [$at.after(depth)];
    const place = sides.find((pos) => canHold($at.doc.resolve(pos), type));
    if (place !== undefined) return place;
  }
  return $at.doc.content.size;
}

const canHold = ($at: ResolvedPos, type: NodeType): boolean =>
  $at.parent.canReplaceWith($at.index(), $at.index(), type);
