import { capability, type Capability, type CapabilityIndex } from '@cobench/shared/spc/capability';
import type { ChartItem, SigmaMethod } from '@cobench/shared/spc/charts';
import type { NormalShape } from '#lib/charts/histogram-picture.ts';
import { indexInWords, missingInWords, normalityInWords, partsInWords, sigmaWords } from './capability-words.ts';

export type CapabilityInput = {
  values: readonly ChartItem[];
  lsl: number | null;
  usl: number | null;
  target: number | null;
  sigmaMethod?: SigmaMethod | undefined;
  confidence?: number | undefined;
};

const names: { within: Named[]; overall: Named[] } = {
  within: [
    { index: 'cp', name: 'Cp', formula: '(USL − LSL) / 6σ' },
    { index: 'cpk', name: 'Cpk', formula: 'the smaller of Cpl and Cpu' },
    { index: 'cpl', name: 'Cpl', formula: '(mean − LSL) / 3σ' },
    { index: 'cpu', name: 'Cpu', formula: '(USL − mean) / 3σ' },
    { index: 'cpm', name: 'Cpm', formula: '(USL − LSL) / 6√(σ² + (mean − target)²)' },
  ],
  overall: [
    { index: 'pp', name: 'Pp', formula: '(USL − LSL) / 6s' },
    { index: 'ppk', name: 'Ppk', formula: 'the smaller of Ppl and Ppu' },
    { index: 'ppl', name: 'Ppl', formula: '(mean − LSL) / 3s' },
    { index: 'ppu', name: 'Ppu', formula: '(USL − mean) / 3s' },
    { index: 'ppm', name: 'Ppm', formula: '(USL − LSL) / 6√(s² + (mean − target)²)' },
  ],
};
type Named = { index: CapabilityIndex; name: string; formula: string };

/** One index as it is read: “1.66”, “1.45 to 1.88”. */
export type IndexRow = { name: string; formula: string; method: string; value: string; interval: string };

/** What the engine finds in the measurements of a chart, in words. */
export class CapabilityReport {
  readonly #input: () => CapabilityInput;

  constructor(input: () => CapabilityInput) {
    this.#input = input;
  }

  /** The analysis, or why there is none. */
  readonly result: { found: Capability } | { problem: string } = $derived.by(() => {
    const { values, sigmaMethod, confidence, ...spec } = this.#input();
    try {
      return {
        found: capability({
          data: values,
          ...spec,
          ...(sigmaMethod !== undefined && { sigmaMethod }),
          ...(confidence !== undefined && { confidence }),
        }),
      };
    } catch (error) {
      // The engine says in words what it cannot compute.
      if (error instanceof RangeError) return { problem: error.message };
      throw error;
    }
  });
  readonly found = $derived.by(() => ('found' in this.result ? this.result.found : null));
  readonly problem = $derived.by(() => ('problem' in this.result ? this.result.problem : null));

  /** Single measurements, for the histogram. */
  readonly measurements = $derived.by(() => this.#input().values.flat());

  /** The normal curves to compare the histogram with. */
  readonly shapes: NormalShape[] = $derived.by(() => {
    if (this.found === null) return [];
    const { mean, sigmaWithin, sigmaOverall } = this.found;
    return [
      { name: 'Normal, sigma within', mean, sigma: sigmaWithin, dashed: false },
      { name: 'Normal, sigma overall', mean, sigma: sigmaOverall, dashed: true },
    ];
  });

  readonly within = $derived.by(() => this.#rows(names.within));
  readonly overall = $derived.by(() => this.#rows(names.overall));

  readonly method = $derived.by(() => (this.found === null ? '' : sigmaWords[this.found.sigmaMethod]));
  readonly missing = $derived.by(() => (this.found === null ? null : missingInWords(this.found, this.#input())));
  readonly normality = $derived.by(() => (this.found === null ? null : normalityInWords(this.found)));

  /** Parts per million outside: observed, and expected with either sigma. */
  readonly parts = $derived.by(() => {
    if (this.found === null) return [];
    const { observed, within, overall } = this.found.outside;
    return [
      { name: 'Observed', of: observed },
      { name: 'Expected, within', of: within },
      { name: 'Expected, overall', of: overall },
    ].flatMap(({ name, of }) =>
      of === null ? [] : [{ name, below: inWords(of.below), above: inWords(of.above), total: partsInWords(of.total) }],
    );
  });

  #rows(indices: readonly Named[]): IndexRow[] {
    const { found } = this;
    if (found === null) return [];
    return indices.flatMap(({ index, name, formula }) => {
      const value = found[index];
      const interval = found.ci[index];
      if (value === null || interval === null) return [];
      const [low, high] = interval;
      return [
        {
          name,
          formula,
          method: found.methods[index],
          value: indexInWords(value),
          interval: `${indexInWords(low)} to ${indexInWords(high)}`,
        },
      ];
    });
  }
}

const inWords = (parts: number | null) => (parts === null ? '–' : partsInWords(parts));
