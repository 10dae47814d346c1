import { runEndpoints } from '@cobench/shared/runs/endpoints';
import type { Run } from '@cobench/shared/runs/run';
import { call } from '#lib/api/call.ts';
import { Submission } from '#lib/api/submission.svelte.ts';
import { emptyRow, rowProblem, typedValue } from './quantity-row.ts';

/** A result while somebody fills it in. */
export class ResultForm {
  row = $state(emptyRow());
  lower = $state('');
  upper = $state('');
  readonly submission = new Submission();
  readonly ready = $derived.by(
    () => rowProblem(this.row) === null && isOpenOrNumber(this.lower) && isOpenOrNumber(this.upper),
  );

  /** The run with the result, or null when it was refused. */
  send(runId: string): Promise<Run | null> {
    const { name, kind, unit } = this.row;
    const [lower, upper] = kind === 'number' ? [endOf(this.lower), endOf(this.upper)] : [null, null];
    const tolerance = lower === null && upper === null ? null : { lower, upper };
    const result = { name: name.trim(), value: typedValue(this.row), unit: unit.trim(), tolerance };
    return this.submission.send(() => call(runEndpoints.recordResult, { id: runId, result }));
  }
}

function endOf(text: string): number | null {
  const value = typedValue({ kind: 'number', value: text });
  return typeof value === 'number' ? value : null;
}

const isOpenOrNumber = (text: string): boolean => text.trim() === '' || endOf(text) !== null;
