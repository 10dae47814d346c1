import type { ReportedEvent } from '@cobench/shared/runs/run-event';
import type { NewSeries } from '@cobench/shared/series/series';
import type { Noise } from './noise.ts';
import { toolProfiles, type ToolName, type ToolProfile } from './tools.ts';

/** `shift` moves the first metric by so many sigmas from the middle of the run on: a process that goes out of control. */
export type DemoRun = {
  name: string;
  description: string;
  tool: ToolName;
  daysAgo: number;
  /** `waiting` for its simulated tool; `planned` for none: that of an instrument without a valid calibration is blocked. */
  end: 'completed' | 'failed' | 'waiting' | 'planned';
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
  { name: 'Wafer 24, new ring', description: 'After wafer 18.', tool: 'etch', daysAgo: 0.019, end: 'waiting' },
  { name: 'Leakage, GOX-114 die 07', description: 'Ramp to 9 V.', tool: 'smu', daysAgo: 0.018, end: 'waiting' },
  { name: 'Leakage, GOX-114 die 08', description: 'Ramp to 9 V.', tool: 'smu', daysAgo: 0.017, end: 'waiting' },
  {
    name: 'Plasma lines, seasoning',
    description: 'CF₂ and argon.',
    tool: 'spectrometer',
    daysAgo: 0.016,
    end: 'waiting',
  },
  { name: 'Thickness, coupon C', description: 'Nine sites.', tool: 'ellipsometer', daysAgo: 0.015, end: 'waiting' },
  { name: 'θ–2θ, coupon C', description: '20 to 80 degrees.', tool: 'xrd', daysAgo: 0.014, end: 'waiting' },
  { name: 'Cross-section, wafer 12', description: 'Tilt 52°.', tool: 'sem', daysAgo: 0.013, end: 'waiting' },
  { name: 'Coupon A, 100 cycles', description: '200 °C', tool: 'deposition', daysAgo: 5, end: 'completed' },
  { name: 'Coupon B, 200 cycles', description: '200 °C', tool: 'deposition', daysAgo: 4.6, end: 'completed' },
  { name: 'Coupon C, 300 cycles', description: '200 °C', tool: 'deposition', daysAgo: 4.1, end: 'completed' },
  { name: 'Coupon D, 150 °C', description: 'Lower temperature.', tool: 'deposition', daysAgo: 0.01, end: 'planned' },
  { name: 'B-05', description: 'Two litres, control feed.', tool: 'culture', daysAgo: 20, end: 'completed' },
  { name: 'B-06', description: 'Two litres, feed 3 %.', tool: 'culture', daysAgo: 12, end: 'completed' },
  { name: 'B-07', description: 'Two litres, feed 4 %.', tool: 'culture', daysAgo: 7, end: 'completed', shift: -4.4 },
  { name: 'B-08', description: 'Two litres, feed 5 %.', tool: 'culture', daysAgo: 0.01, end: 'planned' },
];

export const demoSeries: readonly (Pick<NewSeries, 'name' | 'unit' | 'limits'> & {
  metric: string;
  tool: ToolName;
})[] = [
  {
    name: 'RIE-1 chamber pressure',
    metric: 'Chamber pressure',
    unit: 'mTorr',
    tool: 'etch',
    limits: { from: 'baseline', points: 60 },
  },
  {
    name: 'RIE-1 etch rate',
    metric: 'Etch rate',
    unit: 'nm/min',
    tool: 'etch',
    limits: { from: 'given', center: 31.8, sigma: 0.35 },
  },
  {
    name: 'SEM-1 beam current',
    metric: 'Beam current',
    unit: 'nA',
    tool: 'sem',
    limits: { from: 'given', center: 0.4, sigma: 0.004 },
  },
  {
    name: 'ALD-2 growth per cycle',
    metric: 'Growth per cycle',
    unit: 'nm',
    tool: 'deposition',
    limits: { from: 'given', center: 0.11, sigma: 0.001 },
  },
  {
    name: 'BIO-A dissolved oxygen',
    metric: 'Dissolved oxygen',
    unit: '%',
    tool: 'culture',
    limits: { from: 'baseline', points: 40 },
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
