import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One published or independently computed control chart; the fields that our tests read. */
export type SpcVector = {
  id: string;
  kind: 'limits' | 'rules' | 'capability';
  chart?: string;
  data?: (number | null | number[])[];
  values?: (number | null)[];
  sizes?: number[];
  options?: { sigmaMethod?: string; mrSpan?: number; baseline?: number; exclude?: number[] };
  center?: Line;
  sigma?: Line;
  ucl?: Line;
  lcl?: Line;
  expected?: Record<string, unknown>;
  rulesExpected?: Record<string, number[]>;
  tol?: { abs?: number; rel?: number };
};
type Line = number | number[];

/** The vectors of one file of the shared data. */
export function spcVectors(file: 'published' | 'qcc'): SpcVector[] {
  const shared = process.env['COBENCH_SHARED'];
  if (!shared) throw new Error('Set COBENCH_SHARED to the folder of the shared data.');
  const text = readFileSync(join(shared, 'data/spc', `${file}.json`), 'utf8');
  return (JSON.parse(text) as { vectors: SpcVector[] }).vectors;
}
