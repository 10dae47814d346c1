import { PackedReader, PackedWriter } from './packed-bytes.ts';
import type { Point } from './columns.ts';
import { RollUp } from './roll-up.ts';

/**
 * The points of one metric as they are kept for charts: by time in nodes of three levels. The nodes of a level share all of
 * time among them, each from its `startAt` to that of the next; the first begins at `dawn`. Where a node of a level begins,
 * one of each level below begins too. A level stands as soon as the one below has a second node; a node is full with so
 * many points, but takes any that belong into its time.
 */
export const fullAt = [4096, 131_072, 4_194_304] as const;
export const levels = fullAt.length;
/** Before everything. */
export const dawn = -8.64e15;
/** A piece of raw points with fewer than these is made longer; one that has them is followed by another. */
const fullPiece = 1024;

export type Node = {
  level: number;
  startAt: number;
  /** The time of its newest point. */
  endAt: number;
  count: number;
  cells: RollUp;
};
/** Raw points of a node of the lowest level, one piece of them, in the order in which they came. */
export type Piece = { startAt: number; piece: number; count: number; lastAt: number; bytes: Uint8Array };

/** What is stored already; asked for when it is needed. */
export type Stored = {
  /** The node whose time it is, and when the next one begins. Null where the level is empty. */
  node(level: number, at: number): Promise<{ node: Node; until: number } | null>;
  /** The last piece of a node's raw points. */
  piece(startAt: number): Promise<Piece | null>;
};

/** Adds points to the pyramid of one metric. What it changed is in `nodes` and `pieces` afterwards. */
export class PyramidGrowth {
  readonly nodes = new Set<Node>();
  readonly pieces = new Set<Piece>();
  readonly #stored: Stored;
  readonly #newest: (Node | null)[] = [];
  /** The stored nodes of each level that points from before the newest node went to last. */
  readonly #older: ({ node: Node; until: number } | null)[] = [];

  constructor(stored: Stored) {
    this.#stored = stored;
  }

  /** Takes points in the order of their time, once. */
  async add(points: readonly Point[]): Promise<void> {
    for (let level = 0; level < levels; level++) {
      this.#newest[level] = (await this.#stored.node(level, Infinity))?.node ?? null;
    }
    const raw = new Map<Node, Point[]>();
    for (const point of points) {
      const older = point.at < (this.#newest[0]?.startAt ?? dawn);
      const node = older ? await this.#addOlder(point) : this.#addNewest(point);
      const own = raw.get(node);
      if (own) own.push(point);
      else raw.set(node, [point]);
    }
    for (const [{ startAt }, own] of raw) await this.#addRaw(startAt, own);
  }

  #addNewest(point: Point): Node {
    this.#makeRoom(point.at);
    for (const node of this.#newest) if (node) this.#addTo(node, point);
    const [lowest] = this.#newest;
    if (!lowest) throw new Error('A pyramid has a lowest level.');
    return lowest;
  }

  /** A point from before the newest node began belongs to one that is stored, and perhaps to the newest of upper levels. */
  async #addOlder(point: Point): Promise<Node> {
    const own: Node[] = [];
    for (const [level, newest] of this.#newest.entries()) {
      if (newest) own.push(point.at >= newest.startAt ? newest : await this.#olderNode(level, point.at));
    }
    for (const node of own) this.#addTo(node, point);
    const [lowest] = own;
    if (!lowest) throw new Error('A pyramid has a lowest level.');
    return lowest;
  }

  async #olderNode(level: number, at: number): Promise<Node> {
    const last = this.#older[level];
    if (last && at < last.until) return last.node;
    const found = await this.#stored.node(level, at);
    if (!found) throw new Error('A level has a node for every moment.');
    this.#older[level] = found;
    return found.node;
  }

  #addTo(node: Node, { at, value }: Point): void {
    node.cells.add(at, value);
    node.count++;
    node.endAt = Math.max(node.endAt, at);
    this.nodes.add(node);
  }

  /** Begins new nodes where the newest are full and everything in them is older. */
  #makeRoom(at: number): void {
    const lowest = this.#newest[0];
    if (!lowest) {
      this.#newest[0] = emptyNode(0, dawn);
      return;
    }
    if (lowest.count < fullAt[0] || at <= lowest.endAt) return;
    let below = lowest;
    this.#newest[0] = emptyNode(0, at);
    for (let level = 1; level < levels; level++) {
      const node = this.#newest[level];
      if (!node) {
        // Until now all of it was in one node of the level below.
        const copy = { ...below, level, cells: RollUp.decode(below.cells.encode()) };
        this.#newest[level] = copy;
        this.nodes.add(copy);
        return;
      }
      if (node.count < (fullAt[level] ?? Infinity)) return;
      below = node;
      this.#newest[level] = emptyNode(level, at);
    }
  }

  async #addRaw(startAt: number, points: readonly Point[]): Promise<void> {
    const last = await this.#stored.piece(startAt);
    const longer = last !== null && last.count < fullPiece ? last : null;
    const [lastAt, bytes] = packPoints(points, longer?.lastAt ?? 0);
    this.pieces.add({
      startAt,
      piece: longer?.piece ?? (last ? last.piece + 1 : 0),
      count: (longer?.count ?? 0) + points.length,
      lastAt,
      bytes: longer ? Buffer.concat([longer.bytes, bytes]) : bytes,
    });
  }
}

const emptyNode = (level: number, startAt: number): Node => ({
  level,
  startAt,
  endAt: -Infinity,
  count: 0,
  cells: new RollUp(),
});

function packPoints(points: readonly Point[], before: number): [lastAt: number, bytes: Uint8Array] {
  const writer = new PackedWriter();
  let lastAt = before;
  for (const { at, value } of points) {
    writer.integer(at - lastAt);
    writer.double(value);
    lastAt = at;
  }
  return [lastAt, writer.done()];
}

export function eachPacked(bytes: Uint8Array, visit: (at: number, value: number) => void): void {
  const reader = new PackedReader(bytes);
  let at = 0;
  while (!reader.atEnd) {
    at += reader.integer();
    visit(at, reader.double());
  }
}
