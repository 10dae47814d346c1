import type { NewPoint } from '@cobench/shared/series/point';
import type { Revision } from '@cobench/shared/series/revision';
import type { NewSeries } from '@cobench/shared/series/series';
import { ruleSets } from '@cobench/shared/spc/rule-sets';
import type { z } from 'zod';
import type { Noise } from './noise.ts';

/** A chart whose points people and programs bring, and what people did with it. */
export type DemoChart = {
  project: string;
  instrument: string;
  series: Omit<z.input<typeof NewSeries>, 'projectId' | 'source' | 'plan'>;
  /** What is done about its alerts; the technician does it. */
  plan: { checklist: { text: string; required?: boolean }[]; dueHours: number } | null;
  /** Of its noise: with it the story comes true. */
  seed: number;
  /** Points are so many hours apart, the newest an hour ago. */
  hoursApart: number;
  points: (random: Noise) => Pick<z.input<typeof NewPoint>, 'items' | 'size' | 'label'>[];
  revisions: readonly (Revision & { reason: string })[];
  /** What became of its alerts, oldest first; the others are open. */
  alerts: readonly ('closed' | 'in action')[];
  /** How those that are closed ended. */
  cause: string;
};

const some = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const western = (...ids: string[]) =>
  ruleSets['western-electric'].filter(({ id }) => ids.includes(id)).map((rule) => ({ ...rule }));

export const demoCharts: readonly DemoChart[] = [
  {
    project: 'Etch uniformity',
    instrument: 'ELL-1',
    series: {
      name: 'Oxide thickness before etch',
      description: 'Five sites of one monitor wafer of each lot.',
      unit: 'nm',
      chart: { kind: 'xbar' },
      specification: { lsl: 101, usl: 104, target: 102.5 },
      limits: { from: 'baseline', points: 25 },
      rules: western('WE1', 'WE2', 'WE3', 'WE4'),
    },
    plan: null,
    seed: 1,
    hoursApart: 10,
    points: (random) =>
      some(60, (i) => {
        // One wafer measured at its edge, and the new reference wafer of lot 36.
        const mean = i === 12 ? 101.1 : i < 36 ? 102.3 : 102.75;
        const items = some(5, () => Number(random.normal(mean, 0.3).toFixed(2)));
        return { items, label: `Lot ACM-${2160 + i}` };
      }),
    revisions: [
      { phase: 0, exclude: [12], reason: 'The wafer slipped at the loader and was measured at its edge.' },
      {
        startPhase: { at: 36, name: 'New reference wafer' },
        limits: { from: 'points', first: 36, last: 55 },
        reason: 'ELL-1 was set up with reference wafer R-19: everything reads 0.45 nm more.',
      },
    ],
    alerts: [],
    cause: '',
  },
  {
    project: 'Gate oxide reliability',
    instrument: 'SMU-1',
    series: {
      name: 'Gate leakage at 5 V',
      description: 'The monitor capacitor of each wafer. Small drifts are what matters.',
      unit: 'pA',
      chart: { kind: 'ewma', lambda: 0.2 },
      limits: { from: 'baseline', points: 30 },
      rules: western('WE1'),
    },
    plan: {
      checklist: [
        { text: 'Measure the monitor capacitor again' },
        { text: 'Clean the probe tips and look at them under the microscope' },
        { text: 'Compare with the second prober' },
        { text: 'Tell the owner of the lot', required: false },
      ],
      dueHours: 24,
    },
    seed: 12,
    hoursApart: 4,
    points: (random) =>
      some(70, (i) => {
        const drift = i >= 58 ? 0.14 * (i - 57) : i >= 40 && i < 44 ? 1.6 : 0;
        const value = random.normal(12.4 + 0.6 * drift, 0.6);
        return { items: [Number(value.toFixed(2))], label: `GOX-114 wafer ${i + 1}` };
      }),
    revisions: [],
    alerts: ['closed', 'in action'],
    cause: 'A probe tip was worn: replaced, and the four wafers measured again.',
  },
  {
    project: 'Gate oxide reliability',
    instrument: 'SMU-1',
    series: {
      name: 'Dies that fail at probe',
      description: 'Brought by the prober after each wafer: how many of its dies fail.',
      chart: { kind: 'p' },
      limits: { from: 'baseline', points: 25 },
      rules: western('WE1', 'WE4'),
    },
    plan: null,
    seed: 3,
    hoursApart: 6,
    points: (random) =>
      some(45, (i) => {
        const size = 196 - (i % 4) * 8;
        const share = i === 43 ? 0.13 : 0.045;
        const failed = Math.max(0, Math.round(random.normal(size * share, Math.sqrt(size * share * (1 - share)))));
        return { items: [failed], size, label: `GOX-114 wafer ${i + 1}` };
      }),
    revisions: [],
    alerts: [],
    cause: '',
  },
];
