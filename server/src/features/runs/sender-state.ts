import { mostMissingNamed } from '@cobench/shared/runs/ingest';

/** Numbers of batches, both ends included. */
export type Gap = { from: number; to: number };

/** So many gaps of a sender are kept. */
const mostGaps = 64;

/** How far the numbered batches of one sender of a run have come. */
export type SenderState = {
  sender: string;
  /** The number whose turn it is. */
  next: number;
  /**
   * Numbers before it that did not come in time; should they come yet, they are taken. Ascending; where there are many, the oldest are one
   * with what is between them: what is stored of that is known by its key.
   */
  gaps: readonly Gap[];
  /** Batches that came early and wait, ascending by number, and when they came. */
  waiting: readonly { number: number; at: Date }[];
  /** Batches that waited and are in the history, of which those that listen may not have been told yet. */
  untold: readonly number[];
  version: number;
};

export const newSender = (sender: string): SenderState => ({
  sender,
  next: 1,
  gaps: [],
  waiting: [],
  untold: [],
  version: 0,
});

/** Where a number stands: stored (or said to be), in turn, late for a gap that was given up, waiting, or too early. */
export function standingOf({ next, gaps, waiting }: SenderState, number: number) {
  if (number === next) return 'in turn';
  if (number < next) return gaps.some(({ from, to }) => from <= number && number <= to) ? 'late' : 'stored';
  return waiting.some((one) => one.number === number) ? 'waiting' : 'early';
}

/** The state when a batch that is in turn or late is in the history. */
export function afterTaking(state: SenderState, number: number): SenderState {
  const waiting = state.waiting.filter((one) => one.number !== number);
  if (number === state.next) return { ...state, waiting, next: number + 1 };
  const gaps = state.gaps.flatMap(({ from, to }): Gap[] => {
    if (number < from || to < number) return [{ from, to }];
    return [
      { from, to: number - 1 },
      { from: number + 1, to },
    ].filter((left) => left.from <= left.to);
  });
  return { ...state, gaps: bounded(gaps) };
}

/** The state when the first of those that wait is in the history. */
export const afterItsTurn = (state: SenderState): SenderState => ({
  ...afterTaking(state, state.next),
  untold: [...state.untold, state.next],
});

export const afterTelling = (state: SenderState): SenderState => ({ ...state, untold: [] });

export const afterWaiting = (state: SenderState, number: number, at: Date): SenderState => ({
  ...state,
  waiting: [...state.waiting, { number, at }].toSorted((a, b) => a.number - b.number),
});

/** What is missing before the first batch that waits; null where none waits, or it is its turn. */
export function openGap({ next, waiting }: SenderState): Gap | null {
  const first = waiting[0]?.number;
  return first === undefined || first <= next ? null : { from: next, to: first - 1 };
}

export const afterGivingUp = (state: SenderState, gap: Gap): SenderState => ({
  ...state,
  next: gap.to + 1,
  gaps: bounded([...state.gaps, gap]),
});

function bounded(gaps: readonly Gap[]): readonly Gap[] {
  const [oldest, ...rest] = gaps;
  const covered = rest[gaps.length - mostGaps - 1];
  if (!oldest || !covered) return gaps;
  return [{ from: oldest.from, to: covered.to }, ...gaps.slice(-mostGaps + 1)];
}

/** Since when the first of those that wait does so. */
export const waitingSince = ({ waiting }: SenderState): number =>
  waiting.reduce((oldest, { at }) => Math.min(oldest, at.getTime()), Infinity);

/** The numbers before this one that are not here, ascending, as many as an answer names. */
export function missingBefore({ next, gaps, waiting }: SenderState, number: number): number[] {
  const here = new Set(waiting.map((one) => one.number));
  const missing: number[] = [];
  for (const { from, to } of [...gaps, { from: next, to: number - 1 }]) {
    for (let one = from; one <= to && one < number; one++) {
      if (missing.length === mostMissingNamed) return missing;
      if (!here.has(one)) missing.push(one);
    }
  }
  return missing;
}
