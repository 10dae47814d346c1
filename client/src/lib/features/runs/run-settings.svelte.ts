import type { NewRun, Run } from '@cobench/shared/runs/run';
import { emptyRow, isEmptyRow, pastedRows, rowOf, rowProblem, typedValue, type QuantityRow } from './quantity-row.ts';

export type ParameterRow = QuantityRow & { key: number };
type Settings = Pick<NewRun, 'recipe' | 'samples' | 'parameters'>;
let serial = 0;
const keyed = (row: QuantityRow): ParameterRow => ({ ...row, key: ++serial });

/** How a run is set up, while somebody fills it in. */
export class RunSettings {
  recipe = $state('');
  samples = $state.raw<readonly string[]>([]);
  parameters = $state<ParameterRow[]>([]);
  steps = $state.raw<readonly string[]>([]);
  /** What is wrong with each row, as soon as somebody wants to send them. */
  readonly problems = $derived.by(() => this.#filled.map((row) => rowProblem(row)));
  readonly ready = $derived.by(() => this.problems.every((problem) => problem === null));
  readonly #filled = $derived.by(() => this.parameters.filter((row) => !isEmptyRow(row)));

  /** Begins with the settings of a run. */
  constructor(run?: Run) {
    if (run === undefined) return;
    this.recipe = run.recipe;
    this.samples = run.samples;
    this.parameters = run.parameters.map((parameter) => keyed(rowOf(parameter)));
    this.steps = run.steps.map(({ name }) => name);
  }

  get settings(): Settings {
    const parameters = this.#filled.map((row) => ({
      name: row.name.trim(),
      value: typedValue(row),
      unit: row.unit.trim(),
    }));
    return { recipe: this.recipe, samples: [...this.samples], parameters };
  }

  /** A list that is typed or pasted with commas, tabs or lines is several samples. */
  addSamples(text: string): void {
    this.samples = listed(this.samples, text, /[,;\t\n]/);
  }

  removeSample(name: string): void {
    this.samples = this.samples.filter((other) => other !== name);
  }

  addParameter(): void {
    this.parameters.push(keyed(emptyRow()));
  }

  removeParameter(key: number): void {
    this.parameters = this.parameters.filter((row) => row.key !== key);
  }

  /** Cells of a spreadsheet fill rows from this one on; a parameter that is there already is set anew. */
  pasteParameters(text: string, at: number): void {
    for (const row of pastedRows(text).toReversed()) {
      const known = this.parameters.find(({ name }) => name.trim() === row.name);
      if (known) Object.assign(known, row);
      else this.parameters.splice(at, 0, keyed(row));
    }
    this.parameters = this.parameters.filter((row) => !isEmptyRow(row));
  }

  /** Each line is a step. */
  addSteps(text: string): void {
    this.steps = listed(this.steps, text, /\n/);
  }

  removeStep(name: string): void {
    this.steps = this.steps.filter((other) => other !== name);
  }

  /** Moves a step one place earlier (-1) or later (1). */
  moveStep(name: string, by: -1 | 1): void {
    const at = this.steps.indexOf(name);
    const other = this.steps[at + by];
    if (other !== undefined) this.steps = this.steps.with(at, other).with(at + by, name);
  }
}

/** A list with what was typed besides; each stands once. */
const listed = (known: readonly string[], text: string, between: RegExp): string[] => [
  ...new Set([...known, ...text.split(between).map((part) => part.trim())].filter((part) => part !== '')),
];
