/** The states of a run, in the order a board shows them. */
export const runStates = ['pending', 'queued', 'blocked', 'running', 'completed', 'failed', 'cancelled'] as const;
export type RunState = (typeof runStates)[number];

/** The life of a run: where each state may lead. */
const next = {
  pending: ['running', 'cancelled'],
  queued: ['running', 'blocked', 'cancelled'],
  blocked: ['queued', 'cancelled'],
  running: ['completed', 'failed', 'cancelled'],
  completed: [],
  failed: [],
  cancelled: [],
} as const satisfies Record<RunState, readonly RunState[]>;

/** The states a run may go to from here; none once it has ended. */
export const legalTransitions = (from: RunState): readonly RunState[] => next[from];

export const mayBecome = (from: RunState, to: RunState): boolean => legalTransitions(from).includes(to);

export const hasEnded = (state: RunState): boolean => legalTransitions(state).length === 0;

/** The legal ways on from a state in words, for whoever asked for another one. */
export function waysOn(from: RunState): string {
  const legal = legalTransitions(from);
  return legal.length === 0 ? `The run is ${from}, which is final.` : `The run is ${from}; it can become ${or(legal)}.`;
}

const or = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
