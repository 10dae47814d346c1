import { z } from 'zod';
import { Instant } from '../ids.ts';

export const stepStates = ['waiting', 'running', 'finished', 'skipped'] as const;

export const StepName = z.string().trim().min(1, 'A step needs a name.').max(80, 'At most 80 characters.');

/** A part of a run: planned when it is created, or named by the instrument when it comes to it. */
export const Step = z
  .object({
    name: z.string(),
    state: z.enum(stepStates),
    startedAt: Instant.nullable(),
    finishedAt: Instant.nullable(),
  })
  .meta({ id: 'Step' });
export type Step = z.infer<typeof Step>;

/** The most steps of one run. */
export const mostSteps = 100;

/** What is to come in a run, by name; a name stands once. */
export const PlannedSteps = z
  .array(StepName)
  .max(mostSteps, `At most ${mostSteps} steps.`)
  .refine((names) => new Set(names).size === names.length, 'Each step stands once.');

/** What an instrument says of a step. */
export const stepTurns = ['started', 'finished', 'skipped'] as const;
export type StepTurn = (typeof stepTurns)[number];

/**
 * The steps after one of them has begun or ended at `at`. One runs at a time: where another begins, what ran is finished.
 * A step that was not planned comes after what has been; beyond the most steps it is left out.
 */
export function stepsAfter(
  steps: readonly Step[],
  { name, turn, at }: { name: string; turn: StepTurn; at: string },
): Step[] {
  const known = steps.some((step) => step.name === name);
  const waiting = steps.findIndex(({ state }) => state === 'waiting');
  const place = waiting === -1 ? steps.length : waiting;
  const unplanned: Step = { name, state: 'waiting', startedAt: null, finishedAt: null };
  const all = known || steps.length >= mostSteps ? steps : steps.toSpliced(place, 0, unplanned);
  return all.map((step) => {
    if (step.name === name) return turned(step, turn, at);
    return turn === 'started' && step.state === 'running' ? turned(step, 'finished', at) : step;
  });
}

function turned(step: Step, turn: StepTurn, at: string): Step {
  switch (turn) {
    case 'started':
      return { ...step, state: 'running', startedAt: at, finishedAt: null };
    case 'finished':
      return { ...step, state: 'finished', startedAt: step.startedAt ?? at, finishedAt: at };
    case 'skipped':
      return { ...step, state: 'skipped', finishedAt: at };
    default:
      return turn satisfies never;
  }
}
