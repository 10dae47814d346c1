import { isDeepStrictEqual } from 'node:util';
import type { Outcome } from './kills-under-ingest.ts';

/** Whatever was lost, doubled or out of order: in the store, for who watched, or on the board. In words, none where all is well. */
export function problemsOf(outcomes: readonly Outcome[]): string[] {
  return outcomes.flatMap(({ tool, atOnce, run, reported, stored, seen, board }) => {
    const values = stored.flatMap((event) => (event.kind === 'metric' ? [event.value] : []));
    const states = stored.flatMap((event) => (event.kind === 'state' ? [event.state] : []));
    const fraction = stored.findLast((event) => event.kind === 'progress')?.fraction ?? null;
    const kept = new Set(values);
    // [IN4] Of several batches under way, one that is missing for a minute is given up for the time being, and that is said.
    const gaps = atOnce > 1 ? stored.filter(({ kind }) => kind === 'gap').length : 0;
    const turned = values.findIndex((value, at) => value !== reported[at]);
    const lost = reported.filter((value) => !kept.has(value)).length;
    const checks = {
      'reported nothing': reported.length > 0,
      [`lost ${lost} of ${reported.length} events`]: lost === 0,
      [`doubled ${values.length - kept.size} events`]: kept.size === values.length,
      [`was stored in another order from ${turned} on`]: lost > 0 || gaps > 0 || turned === -1,
      'has numbers with gaps': stored.every(({ seq }, at) => seq === at + 1),
      [`was ${states.join(', ')}`]: isDeepStrictEqual(states, ['running', 'completed']),
      'was seen otherwise than it is stored': isDeepStrictEqual(seen, stored),
      'stands otherwise on the board than in the store': isDeepStrictEqual(board, run),
      'stands otherwise than its events say':
        run.state === 'completed' && run.lastSeq === stored.length && run.progress === fraction,
    };
    return Object.entries(checks).flatMap(([problem, isWell]) => (isWell ? [] : [`${tool}: ${problem}`]));
  });
}
