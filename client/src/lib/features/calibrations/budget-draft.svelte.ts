import type { FieldProblem } from '@cobench/shared/errors';
import {
  BudgetRow,
  contributionOf,
  uncertaintyOf,
  type Distribution,
  type Uncertainty,
} from '@cobench/shared/calibrations/uncertainty';

/** A source of uncertainty as it is being typed. */
export type RowDraft = {
  key: number;
  source: string;
  type: 'A' | 'B';
  distribution: Distribution;
  value: string;
  divisor: string;
  sensitivity: string;
  /** Empty: infinite. */
  degreesOfFreedom: string;
};

/** An uncertainty budget as it is being typed, and what it comes to as soon as it is whole. */
export class BudgetDraft {
  rows = $state<RowDraft[]>([]);
  #next = 1;
  readonly parsed = $derived.by(() => this.rows.map((row) => BudgetRow.safeParse(numbersOf(row))));
  /** The rows that are whole: all of them, where nothing is wrong. */
  readonly whole = $derived.by(() => this.parsed.flatMap(({ data }) => (data ? [data] : [])));
  /** What is wrong with the rows, field by field. */
  readonly problems = $derived.by((): FieldProblem[] =>
    this.parsed.flatMap(({ error }, index) =>
      (error?.issues ?? []).map(({ path, message }) => ({
        pointer: `/budget/${index}/${path.map(String).join('/')}`,
        detail: message,
      })),
    ),
  );
  readonly uncertainty = $derived.by((): Uncertainty | null => {
    const sources = this.rows.map(spreadOf);
    return sources.includes(null) ? null : uncertaintyOf(sources.filter((source) => source !== null));
  });

  add(): void {
    const key = this.#next++;
    const numbers = { value: '', divisor: '1', sensitivity: '1', degreesOfFreedom: '' };
    this.rows.push({ key, source: '', type: 'B', distribution: 'normal', ...numbers });
  }

  remove(key: number): void {
    this.rows = this.rows.filter((row) => row.key !== key);
  }

  /** What a row adds to the result; null while its numbers are not all there. */
  contribution(row: RowDraft): number | null {
    const source = spreadOf(row);
    return source && contributionOf(source);
  }
}

/** What a row comes to does not wait for the name of its source. */
const spreadOf = (row: RowDraft): BudgetRow | null =>
  BudgetRow.safeParse({ ...numbersOf(row), source: row.source || 'source' }).data ?? null;

function numbersOf({ key: _key, value, divisor, sensitivity, degreesOfFreedom, ...rest }: RowDraft) {
  const infinite = ['', '∞', 'inf', 'infinite'].includes(degreesOfFreedom.trim().toLowerCase());
  return {
    ...rest,
    value: typedNumber(value),
    divisor: rest.distribution === 'normal' ? typedNumber(divisor) : 1,
    sensitivity: typedNumber(sensitivity),
    degreesOfFreedom: infinite ? null : typedNumber(degreesOfFreedom),
  };
}

/** A number as people type it, with a comma or a point; NaN where it is none, which nobody takes for a number. */
const typedNumber = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text.trim().replace(',', '.')));
