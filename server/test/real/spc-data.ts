import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChartItem, ChartKind, ChartOptions } from '@cobench/shared/spc/index';

/** One published or independently computed control chart; the fields that our tests read. */
export type SpcVector = {
  id: string;
  kind: 'limits' | 'rules' | 'capability';
  chart?: ChartKind;
  data?: ChartItem[];
  values?: (number | null)[];
  sizes?: number[];
  options?: ChartOptions;
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

/** Whether a number is the published one: to the vector's absolute tolerance, else to its relative one (1e-9 unless told). */
export function isNear(ours: unknown, theirs: unknown, { abs, rel }: { abs?: number; rel?: number } = {}): boolean {
  if (theirs === null || typeof theirs !== 'number' || typeof ours !== 'number') return ours === theirs;
  const allowed = Math.max(abs ?? 0, (rel ?? (abs === undefined ? 1e-9 : 0)) * Math.abs(theirs));
  return Math.abs(ours - theirs) <= allowed;
}

/** The same for a number or a list of them, where one number stands for a list of equal ones. */
export function areNear(ours: unknown, theirs: unknown, tolerance?: { abs?: number; rel?: number }): boolean {
  if (!Array.isArray(ours) && !Array.isArray(theirs)) return isNear(ours, theirs, tolerance);
  const length = Array.isArray(theirs) ? theirs.length : (ours as unknown[]).length;
  if (Array.isArray(ours) && ours.length !== length) return false;
  const at = (line: unknown, i: number): unknown => (Array.isArray(line) ? line[i] : line);
  return Array.from({ length }, (_, i) => isNear(at(ours, i), at(theirs, i), tolerance)).every(Boolean);
}
