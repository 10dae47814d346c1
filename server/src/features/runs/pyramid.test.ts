import { describe, expect, test } from 'vitest';
import { dice } from '../../../test/collab/dice.ts';
import type { Point } from './columns.ts';
import { dawn, eachPacked, fullAt, levels, PyramidGrowth, type Node, type Piece } from './pyramid.ts';
import { mostCells, RollUp } from './roll-up.ts';

/** A store that keeps what growth leaves behind, as bytes where the real one does. */
function memory() {
  const nodes: Node[][] = Array.from({ length: levels }, () => []);
  const pieces: Piece[] = [];
  const copy = (node: Node): Node => ({ ...node, cells: RollUp.decode(node.cells.encode()) });
  return {
    nodes,
    pieces,
    async grow(points: Point[]): Promise<void> {
      const growth = new PyramidGrowth({
        async node(level, at) {
          const own = nodes[level] ?? [];
          const index = own.findLastIndex(({ startAt }) => startAt <= at);
          const node = own[index];
          return node ? { node: copy(node), until: own[index + 1]?.startAt ?? Infinity } : null;
        },
        piece: async (startAt) => pieces.filter((piece) => piece.startAt === startAt).at(-1) ?? null,
      });
      await growth.add(points.toSorted((a, b) => a.at - b.at));
      for (const node of growth.nodes) {
        const own = nodes[node.level] ?? [];
        const known = own.findIndex(({ startAt }) => startAt === node.startAt);
        own.splice(known === -1 ? own.length : known, known === -1 ? 0 : 1, copy(node));
        own.sort((a, b) => a.startAt - b.startAt);
      }
      for (const piece of growth.pieces) {
        const known = pieces.findIndex((one) => one.startAt === piece.startAt && one.piece === piece.piece);
        pieces.splice(known === -1 ? pieces.length : known, known === -1 ? 0 : 1, piece);
      }
    },
  };
}

/** Points that mostly go on in time, with bursts, pauses, repeats and some that come late. */
function someSteps(seed: number): Point[][] {
  const { roll } = dice(seed);
  let at = 1_763_700_000_000;
  return Array.from({ length: 60 }, () => {
    const [step, lateness] = [[1, 10, 1000, 100_000][roll(4)] ?? 1, roll(3) === 0 ? 2_000_000 : 0];
    return Array.from({ length: 1 + roll(9000) }, () => {
      at += roll(3) * step;
      const late = lateness > 0 && roll(50) === 0 ? roll(lateness) : 0;
      return { at: at - late, value: roll(1000) - 500 };
    });
  });
}

describe.each([1, 2, 3, 4])('seed %i', (seed) => {
  test('each level has every point once, in the node whose time it is, and in few cells', async () => {
    const store = memory();
    const all: Point[] = [];
    for (const points of someSteps(seed)) {
      await store.grow(points);
      all.push(...points);
    }
    for (const [level, nodes] of store.nodes.entries()) {
      expect(nodes[0]?.startAt ?? dawn).toBe(dawn);
      for (const [i, node] of nodes.entries()) {
        const until = nodes[i + 1]?.startAt ?? Infinity;
        const own = all.filter(({ at }) => at >= node.startAt && at < until);
        const cells = [...node.cells.cells()];
        expect([node.count, node.endAt]).toEqual([own.length, own.reduce((last, { at }) => Math.max(last, at), 0)]);
        expect(cells.length).toBeLessThanOrEqual(mostCells);
        const expected = naive(own, node.cells.width);
        expect(cells).toEqual(expected);
        // What begins above begins below as well.
        expect(level === 0 || store.nodes[level - 1]?.some(({ startAt }) => startAt === node.startAt)).toBe(true);
      }
    }
    expect(store.nodes[0]?.length).toBeGreaterThan((0.3 * all.length) / fullAt[0]);
    expect(store.nodes[1]?.length).toBeGreaterThan(1);

    const raw: Point[] = [];
    for (const { startAt, bytes, count, lastAt } of store.pieces) {
      const until = store.nodes[0]?.find((node) => node.startAt > startAt)?.startAt ?? Infinity;
      const before = raw.length;
      eachPacked(bytes, (at, value) => raw.push({ at, value }));
      const own = raw.slice(before);
      expect([own.length, own.at(-1)?.at]).toEqual([count, lastAt]);
      expect(own.every(({ at }) => at >= startAt && at < until)).toBe(true);
    }
    expect(ordered(raw)).toEqual(ordered(all));
  });
});

test('any number of points of one moment are in one node', async () => {
  const store = memory();
  for (let i = 0; i < 3; i++) await store.grow(Array.from({ length: 3000 }, () => ({ at: 5, value: i })));
  expect(store.nodes.map((nodes) => nodes.length)).toEqual([1, 0, 0]);
  await store.grow([{ at: 6, value: 1 }]);
  expect(store.nodes.map((nodes) => nodes.map(({ count }) => count))).toEqual([[9000, 1], [9001], []]);
});

const ordered = (points: readonly Point[]): Point[] => points.toSorted((a, b) => a.at - b.at || a.value - b.value);

function naive(points: readonly Point[], width: number) {
  const cells = Map.groupBy(points, ({ at }) => Math.floor(at / width) * width);
  return [...cells.entries()]
    .toSorted(([a], [b]) => a - b)
    .map(([at, own]) => {
      const values = own.map(({ value }) => value);
      const total = values.reduce((sum, value) => sum + value, 0);
      return [at, { count: own.length, total, min: Math.min(...values), max: Math.max(...values) }];
    });
}
