import { capability, type SigmaMethod } from '@cobench/shared/spc/index';
import { expect, test } from 'vitest';
import { spcVectors } from './spc-data.ts';

/** A capability analysis by other software: figures by name, and the intervals of the indices. */
type CapabilityVector = {
  id: string;
  data: (number | number[])[];
  lsl: number | null;
  usl: number | null;
  target: number | null;
  options: { sigmaMethod?: SigmaMethod; confidence?: number };
  expected: Record<string, number> & { ci?: Record<string, [number, number]> };
  tol: { abs?: number; rel?: number };
};

const vectors = [...spcVectors('published'), ...spcVectors('qcc')].filter(
  ({ kind }) => kind === 'capability',
) as unknown as CapabilityVector[];

test('the files are the ones we know', () => {
  expect(vectors.length).toBeGreaterThanOrEqual(11);
  expect(vectors.filter(({ expected }) => expected.ci !== undefined).length).toBeGreaterThanOrEqual(10);
});

test.each(vectors.map((vector) => [vector.id, vector] as const))('capability of %s', (_id, vector) => {
  const { data, lsl, usl, target, options, expected, tol } = vector;
  const { ci: intervals = {}, ...figures } = expected;
  const ours = capability({ data, lsl, usl, target, ...options });
  const pairs = [
    ...Object.entries(figures).map(([name, theirs]) => ({ name, theirs, value: (ours as Figures)[name] })),
    ...Object.entries(intervals).flatMap(([name, ends]) =>
      ends.map((theirs, i) => ({ name: `${name} ${i}`, theirs, value: (ours.ci as Ends)[name]?.[i] })),
    ),
  ];
  const allowed = (theirs: number) => Math.max(tol.abs ?? 0, (tol.rel ?? 0) * Math.abs(theirs));
  expect(pairs.filter(({ theirs, value }) => !(Math.abs(Number(value) - theirs) <= allowed(theirs)))).toEqual([]);
});

type Figures = Record<string, unknown>;
type Ends = Record<string, readonly number[] | null>;
