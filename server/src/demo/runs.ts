import type { ReportedEvent } from '@cobench/shared/runs/run-event';
import type { NewSeries } from '@cobench/shared/series/series';
import type { Noise } from './noise.ts';

/** What one tool reports while it runs: a metric every few seconds around a set point, and one result at the end. */
export type ToolProfile = {
  instrument: string;
  project: string;
  secondsBetweenPoints: number;
  metrics: readonly { name: string; unit: string; mean: number; sigma: number }[];
  result: { name: string; unit: string; mean: number; sigma: number };
};

export const toolProfiles = {
  etch: {
    instrument: 'RIE-1',
    project: 'Etch uniformity',
    secondsBetweenPoints: 5,
    metrics: [
      { name: 'Chamber pressure', unit: 'mTorr', mean: 30, sigma: 0.22 },
      { name: 'Reflected power', unit: 'W', mean: 4.1, sigma: 0.3 },
    ],
    result: { name: 'Etch rate', unit: 'nm/min', mean: 31.8, sigma: 0.3 },
  },
  deposition: {
    instrument: 'ALD-2',
    project: 'ALD alumina',
    secondsBetweenPoints: 45,
    metrics: [{ name: 'Stage temperature', unit: '°C', mean: 200, sigma: 0.4 }],
    result: { name: 'Growth per cycle', unit: 'nm', mean: 0.11, sigma: 0.0009 },
  },
  culture: {
    instrument: 'BIO-A',
    project: 'Fed-batch platform',
    secondsBetweenPoints: 14_400,
    metrics: [
      { name: 'Dissolved oxygen', unit: '%', mean: 40, sigma: 1.1 },
      { name: 'pH', unit: '', mean: 7.05, sigma: 0.02 },
    ],
    result: { name: 'Viability', unit: '%', mean: 95, sigma: 0.8 },
  },
} as const satisfies Record<string, ToolProfile>;
export type ToolName = keyof typeof toolProfiles;

/** `shift` moves the first metric by so many sigmas from the middle of the run on: a process that goes out of control. */
export type DemoRun = {
  name: string;
  description: string;
  tool: ToolName;
  daysAgo: number;
  end: 'completed' | 'failed' | 'waiting';
  reason?: string;
  shift?: number;
};

export const demoRuns: readonly DemoRun[] = [
  { name: 'Wafer 01, old ring', description: 'Slot 1, reference.', tool: 'etch', daysAgo: 9, end: 'completed' },
  { name: 'Wafer 06, old ring', description: 'Slot 6, reference.', tool: 'etch', daysAgo: 8.8, end: 'completed' },
  { name: 'Wafer 12, old ring', description: 'Slot 12, reference.', tool: 'etch', daysAgo: 8.5, end: 'completed' },
  {
    name: 'Wafer 18, old ring',
    description: 'Stopped by the interlock.',
    tool: 'etch',
    daysAgo: 7.2,
    end: 'failed',
    reason: 'Helium backside flow above 20 sccm',
  },
  { name: 'Wafer 01, new ring', description: 'After seasoning.', tool: 'etch', daysAgo: 2.3, end: 'completed' },
  { name: 'Wafer 06, new ring', description: 'Slot 6.', tool: 'etch', daysAgo: 2.1, end: 'completed' },
  { name: 'Wafer 12, new ring', description: 'Slot 12.', tool: 'etch', daysAgo: 0.3, end: 'completed', shift: 4.2 },
  { name: 'Wafer 18, new ring', description: 'Next in the cassette.', tool: 'etch', daysAgo: 0.02, end: 'waiting' },
  { name: 'Coupon A, 100 cycles', description: '200 °C', tool: 'deposition', daysAgo: 5, end: 'completed' },
  { name: 'Coupon B, 200 cycles', description: '200 °C', tool: 'deposition', daysAgo: 4.6, end: 'completed' },
  { name: 'Coupon C, 300 cycles', description: '200 °C', tool: 'deposition', daysAgo: 4.1, end: 'completed' },
  { name: 'Coupon D, 150 °C', description: 'Lower temperature.', tool: 'deposition', daysAgo: 0.01, end: 'waiting' },
  { name: 'B-05', description: 'Two litres, control feed.', tool: 'culture', daysAgo: 20, end: 'completed' },
  { name: 'B-06', description: 'Two litres, feed 3 %.', tool: 'culture', daysAgo: 12, end: 'completed' },
  { name: 'B-07', description: 'Two litres, feed 4 %.', tool: 'culture', daysAgo: 7, end: 'completed', shift: -4.4 },
  { name: 'B-08', description: 'Two litres, feed 5 %.', tool: 'culture', daysAgo: 0.01, end: 'waiting' },
];

export const demoSeries: readonly (Pick<NewSeries, 'name' | 'metric' | 'unit' | 'limitSource'> & { tool: ToolName })[] =
  [
    {
      name: 'RIE-1 chamber pressure',
      metric: 'Chamber pressure',
      unit: 'mTorr',
      tool: 'etch',
      limitSource: { from: 'baseline', points: 60 },
    },
    {
      name: 'RIE-1 etch rate',
      metric: 'Etch rate',
      unit: 'nm/min',
      tool: 'etch',
      limitSource: { from: 'given', center: 31.8, sigma: 0.35 },
    },
    {
      name: 'ALD-2 growth per cycle',
      metric: 'Growth per cycle',
      unit: 'nm',
      tool: 'deposition',
      limitSource: { from: 'given', center: 0.11, sigma: 0.001 },
    },
    {
      name: 'BIO-A dissolved oxygen',
      metric: 'Dissolved oxygen',
      unit: '%',
      tool: 'culture',
      limitSource: { from: 'baseline', points: 40 },
    },
  ];

const pointsPerRun = 40;

/** All that a tool reports in one run, from its start to its end. */
export function reportOf(run: DemoRun, startedAt: Date, random: Noise): ReportedEvent[] {
  const tool: ToolProfile = toolProfiles[run.tool];
  const failsAt = run.end === 'failed' ? Math.round(pointsPerRun * 0.6) : pointsPerRun;
  const observed = (point: number): string =>
    new Date(startedAt.getTime() + point * tool.secondsBetweenPoints * 1000).toISOString();

  const measured = Array.from({ length: failsAt }, (_, point): ReportedEvent[] => {
    const observedAt = observed(point);
    const moved = run.shift !== undefined && point === Math.round(pointsPerRun / 2) ? run.shift : 0;
    const metrics = tool.metrics.map(({ name, unit, mean, sigma }, index) => {
      const value = random.normal(mean + (index === 0 ? moved * sigma : 0), index === 0 && moved !== 0 ? 0 : sigma);
      return { kind: 'metric', name, unit, value: Number(value.toPrecision(5)), observedAt } as const;
    });
    if (point % 10 !== 0) return metrics;
    return [...metrics, { kind: 'progress', fraction: point / pointsPerRun, observedAt }];
  }).flat();

  const { name, unit, mean, sigma } = tool.result;
  const result = { kind: 'metric', name, unit, value: Number(random.normal(mean, sigma).toPrecision(4)) } as const;
  const log = (level: 'info' | 'warning' | 'error', text: string, point: number): ReportedEvent => ({
    kind: 'log',
    level,
    text,
    observedAt: observed(point),
  });
  const failed = run.end === 'failed';
  return [
    { kind: 'state', state: 'running', reason: '', observedAt: observed(0) },
    log('info', `Recipe loaded on ${tool.instrument}`, 0),
    ...measured,
    ...(run.shift === undefined ? [] : [log('warning', `${tool.metrics[0]?.name} left its window`, failsAt)]),
    ...(failed
      ? [log('error', run.reason ?? '', failsAt)]
      : [
          { ...result, observedAt: observed(failsAt) },
          { kind: 'progress' as const, fraction: 1, observedAt: observed(failsAt) },
        ]),
    { kind: 'state', state: failed ? 'failed' : 'completed', reason: run.reason ?? '', observedAt: observed(failsAt) },
  ];
}
