import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import type { StructId } from './decode-update.ts';
import { originOf, same, type Run } from './run-table.ts';

export type FindRun = (id: StructId) => Run | undefined;

/** Runs that may still be looked at for one update: honest ones take some hundred, and a hostile one could take all day. */
export type Patience = { runs: number };

/**
 * Whether anybody can ever have seen these two side by side in one list, so that something was put between them: null
 * is the list's edge. Yjs lets replicas differ for ever over a struct that was never between its neighbours.
 *
 * Almost always one of them was put beside the other, which is quickly seen.
 */
export function couldBeNeighbours(
  { left, right }: { left: StructId | null; right: StructId | null },
  find: FindRun,
  patience: Patience,
): boolean {
  if (!left && !right) return true;
  const leftRun = left && find(left);
  if (leftRun && same(leftRun.right, right)) return true;
  const rightRun = right && find(right);
  if (right && rightRun && same(originOf(rightRun, right.clock), left)) return true;
  // At an edge of the list there is no other way.
  return left !== null && right !== null && areNeighbours([left, right], find, patience);
}

/** The part of a run up to some clock. */
type Piece = { run: Run; end: number };

/**
 * They were put there by people who knew nothing of each other: they are neighbours if nothing that either of them was
 * built on stands between them. Yjs puts all of that in order; it is little, most often a paragraph.
 */
function areNeighbours([left, right]: [StructId, StructId], find: FindRun, patience: Patience): boolean {
  const pieces = builtOn([left, right], find, patience);
  if (patience.runs < 0) return false;
  const doc = new Y.Doc({ gc: false });
  Y.applyUpdate(doc, encodePieces(pieces));
  if (doc.store.pendingStructs) return false;
  const item = Y.getItem(doc.store, Y.createID(left.client, left.clock));
  return item.id.clock + item.length - 1 === left.clock && same(item.right?.id ?? null, right);
}

/** Some things and whatever they were put beside, and so on, by client and clock. */
function builtOn(ids: StructId[], find: FindRun, patience: Patience): Map<number, Map<number, Piece>> {
  const pieces = new Map<number, Map<number, Piece>>();
  for (let id = ids.pop(); id && patience.runs >= 0; id = ids.pop()) {
    patience.runs--;
    const run = find(id);
    if (!run) continue;
    const ofClient = pieces.get(id.client) ?? new Map<number, Piece>();
    pieces.set(id.client, ofClient);
    const piece = ofClient.get(run.clock);
    if (piece) {
      piece.end = Math.max(piece.end, id.clock + 1);
    } else {
      ofClient.set(run.clock, { run, end: id.clock + 1 });
      if (run.origin) ids.push(run.origin);
      if (run.right) ids.push(run.right);
    }
  }
  return pieces;
}

/** An update of deleted content in their place, with garbage for what is left out: only the order matters. */
function encodePieces(pieces: Map<number, Map<number, Piece>>): Uint8Array {
  return encoding.encode((to) => {
    encoding.writeVarUint(to, pieces.size);
    for (const [client, ofClient] of pieces) {
      const structs: ((Piece & { gap: false }) | { gap: true; length: number })[] = [];
      let clock = 0;
      for (const piece of [...ofClient.values()].toSorted((a, b) => a.run.clock - b.run.clock)) {
        if (piece.run.clock > clock) structs.push({ gap: true, length: piece.run.clock - clock });
        structs.push({ ...piece, gap: false });
        clock = piece.end;
      }
      encoding.writeVarUint(to, structs.length);
      encoding.writeVarUint(to, client);
      encoding.writeVarUint(to, 0);
      for (const struct of structs) {
        if (struct.gap) writeGarbage(to, struct.length);
        else writePiece(to, struct);
      }
    }
    encoding.writeVarUint(to, 0);
  });
}

function writeGarbage(to: encoding.Encoder, length: number): void {
  encoding.writeUint8(to, 0);
  encoding.writeVarUint(to, length);
}

function writePiece(to: encoding.Encoder, { run, end }: Piece): void {
  encoding.writeUint8(to, 1 | (run.origin ? 0x80 : 0) | (run.right ? 0x40 : 0));
  for (const id of [run.origin, run.right]) {
    if (!id) continue;
    encoding.writeVarUint(to, id.client);
    encoding.writeVarUint(to, id.clock);
  }
  if (!run.origin && !run.right) {
    encoding.writeVarUint(to, 1);
    encoding.writeVarString(to, 'list');
  }
  encoding.writeVarUint(to, end - run.clock);
}
