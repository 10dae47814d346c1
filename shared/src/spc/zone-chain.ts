import { normalCdf } from './normal.ts';
import { bitCount, windowMask } from './rule-memory.ts';
import type { Rule } from './rules.ts';

/** A chain of states that points lead from one to the next, until a rule signals. */
export type ZoneChain = {
  /** The zone lines in ascending order; between two of them all points are alike. */
  lines: readonly number[];
  states: number;
  /** The longest window. */
  longest: number;
  /** For each state and each cell between lines the next state, −1 where a rule signals. */
  next: Int32Array;
};

/** One thing that a rule remembers: points in a row that have something, or the bits of the last points. */
type Memory = { has: Uint8Array; inARow: boolean; window: number; count: number };

/**
 * The Markov chain of C. W. Champ and W. H. Woodall, Exact Results for Shewhart Control Charts with Supplementary Runs Rules,
 * Technometrics 29 (1987) 393, for any rules about zones. Null where it would have more than `most` states, or a rule is
 * about something else than zones.
 */
export function zoneChain(rules: readonly Rule[], most: number): ZoneChain | null {
  const lines = [...new Set(rules.flatMap(({ zone }) => [-zone, zone]))].toSorted((a, b) => a - b);
  const cells = lines.length + 1;
  const memories = memoriesOf(rules, lines);
  if (!memories) return null;
  const remembered = memories;
  const ranges = rules.filter(({ pattern }) => pattern === 'range');
  const patient = Math.max(1, ...memories.filter(({ inARow }) => !inARow).map(({ window }) => window));
  // How many values each part of a state can have, so that a state is one whole number.
  const radixes = [
    patient,
    ...memories.map(({ inARow, window, count }) => (inARow ? count : 2 ** (window - 1))),
    ...ranges.map(() => 3),
  ];
  if (radixes.reduce((product, radix) => product * radix, 1) > Number.MAX_SAFE_INTEGER) return null;
  const next: number[] = [];
  const places = new Map<number, number>();
  const states: number[][] = [];

  function placeOf(state: number[]): number {
    let key = 0;
    for (let i = 0; i < state.length; i++) key = key * (radixes[i] ?? 1) + (state[i] ?? 0);
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, states.length);
    return states.push(state) - 1;
  }

  /** The state after a point in this cell; null where a rule signals. */
  function after(state: readonly number[], cell: number): number[] | null {
    const seen = Math.min((state[0] ?? 0) + 1, patient);
    const then = [Math.min(seen, patient - 1)];
    for (const { has, inARow, window, count } of remembered) {
      const before = state[then.length] ?? 0;
      const hit = has[cell] ?? 0;
      if (inARow) {
        const length = hit ? before + 1 : 0;
        if (length >= count) return null;
        then.push(length);
      } else {
        const bits = (before << 1) | hit;
        if (hit && seen >= window && bitCount(bits) >= count) return null;
        then.push(bits & windowMask(window - 1));
      }
    }
    for (const { zone } of ranges) {
      // 0 within, 1 above, 2 below: two of different sides are 1 and 2.
      const side = sideOfCell(lines, cell, zone);
      const now = side === -1 ? 2 : side;
      if (now + (state[then.length] ?? 0) === 3) return null;
      then.push(now);
    }
    return then;
  }

  placeOf([0, ...memories.map(() => 0), ...ranges.map(() => 0)]);
  for (let place = 0; place < states.length; place++) {
    if (states.length > most) return null;
    for (let cell = 0; cell < cells; cell++) {
      const then = after(states[place] ?? [], cell);
      next.push(then ? placeOf(then) : -1);
    }
  }
  const longest = Math.max(2, ...rules.map(({ window }) => window));
  return { lines, states: states.length, longest, next: Int32Array.from(next) };
}

/** Points until the chain signals, on average, when the mean lies `shift` sigma above the centre line. */
export function chainRunLength({ lines, states, longest, next }: ZoneChain, shift: number): number {
  const edges = [0, ...lines.map((line) => normalCdf(line - shift)), 1];
  const shares = lines.map((_, i) => (edges[i + 1] ?? 0) - (edges[i] ?? 0));
  shares.push(normalCdf(shift - (lines.at(-1) ?? 0)));
  const cells = shares.length;
  let now = new Float64Array(states);
  let then = new Float64Array(states);
  now[0] = 1;
  let total = 0;
  let left = 1;
  for (let points = 1, hazard = 0, calm = 0; left > 1e-14; points++) {
    total += left;
    then.fill(0);
    let signalled = 0;
    for (let state = 0; state < states; state++) {
      const here = now[state] ?? 0;
      if (here === 0) continue;
      for (let cell = 0; cell < cells; cell++) {
        const to = next[state * cells + cell] ?? -1;
        const share = here * (shares[cell] ?? 0);
        if (to >= 0) then[to] = (then[to] ?? 0) + share;
        else signalled += share;
      }
    }
    [now, then] = [then, now];
    const before = hazard;
    hazard = signalled / left;
    left = now.reduce((sum, share) => sum + share, 0);
    // Once all windows have filled and the hazard is constant, the rest of the sum is a geometric series.
    calm = Math.abs(hazard - before) <= 1e-10 * hazard ? calm + 1 : 0;
    if (points > 2 * longest && (calm >= 3 || points > 20_000)) return total + left / hazard;
  }
  return total;
}

/** What the rules remember, each thing once; null where a rule is not about zones. */
function memoriesOf(rules: readonly Rule[], lines: readonly number[]): Memory[] | null {
  const known = new Map<string, Memory>();
  for (const { pattern = 'beyond', window, count, zone } of rules) {
    if (pattern === 'trend' || pattern === 'alternating') return null;
    if (pattern === 'range') continue;
    const sides = pattern === 'beyond' ? [1, -1] : [0];
    for (const side of sides) {
      const has = Uint8Array.from({ length: lines.length + 1 }, (_, cell) => {
        const where = sideOfCell(lines, cell, zone);
        if (pattern === 'within') return Number(where === 0);
        return Number(side === 0 ? where !== 0 : where === side);
      });
      const inARow = window === count;
      const key = `${has.join('')} ${inARow ? 'all' : `${count} of ${window}`}`;
      const before = known.get(key);
      // Of two that ask for a number in a row the shorter one always signals first.
      if (!before || before.count > count) known.set(key, { has, inARow, window, count });
    }
  }
  return [...known.values()];
}

/** 1 where a cell lies above the zone, −1 below, 0 within. Cell i lies between line i − 1 and line i. */
function sideOfCell(lines: readonly number[], cell: number, zone: number): number {
  if ((lines[cell - 1] ?? Number.NEGATIVE_INFINITY) >= zone) return 1;
  return (lines[cell] ?? Number.POSITIVE_INFINITY) <= -zone ? -1 : 0;
}
