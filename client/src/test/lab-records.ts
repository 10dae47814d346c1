import type { RunEvent } from '@cobench/shared/runs/run-event';
import type { Run } from '@cobench/shared/runs/run';
import type { Alert } from '@cobench/shared/series/alert';
import type { Series, SeriesPoint } from '@cobench/shared/series/series';
import { anId } from './records.ts';

const at = '2026-11-21T10:00:00.000Z';

export const aRun = (over: Partial<Run> = {}): Run => ({
  id: anId(1),
  projectId: anId(100),
  instrumentId: null,
  instrumentName: null,
  name: 'Etch 12',
  description: '',
  state: 'pending',
  progress: null,
  reason: '',
  lastSeq: 0,
  heartbeatAt: null,
  version: 1,
  createdAt: at,
  startedAt: null,
  finishedAt: null,
  createdBy: anId(9),
  createdByName: 'Ada',
  ...over,
});

export const aPoint = (seq: number, value: number, name = 'Pressure'): RunEvent => ({
  kind: 'metric',
  seq,
  at,
  observedAt: null,
  name,
  value,
  unit: 'mTorr',
});

export const aLogLine = (
  seq: number,
  text = `line ${seq}`,
  over: Partial<RunEvent & { kind: 'log' }> = {},
): RunEvent => ({
  kind: 'log',
  seq,
  at,
  observedAt: null,
  level: 'info',
  text,
  ...over,
});

const limits = { center: 10, sigma: 1, ucl: 13, lcl: 7 };

export const aSeries = (over: Partial<Series> = {}): Series => ({
  id: anId(20),
  projectId: anId(100),
  instrumentId: null,
  name: 'Etch pressure',
  metric: 'Pressure',
  unit: 'mTorr',
  limitSource: { from: 'given', center: 10, sigma: 1 },
  limits,
  rules: ['WE1', 'WE4'],
  pointCount: 0,
  lastValue: null,
  lastAt: null,
  openAlerts: 0,
  version: 1,
  createdAt: at,
  ...over,
});

export const aSeriesPoint = (index: number, over: Partial<SeriesPoint> = {}): SeriesPoint => ({
  index,
  at,
  value: 10,
  runId: anId(1),
  runSeq: index + 1,
  rules: [],
  ...over,
});

export const anAlert = (over: Partial<Alert> = {}): Alert => ({
  id: anId(30),
  seriesId: anId(20),
  seriesName: 'Etch pressure',
  projectId: anId(100),
  metric: 'Pressure',
  unit: 'mTorr',
  rule: 'WE1',
  side: 'above',
  firstIndex: 44,
  lastIndex: 44,
  signals: 1,
  value: 13.4,
  limits,
  runId: anId(1),
  runName: 'Etch 12',
  openedAt: at,
  lastAt: at,
  state: 'open',
  acknowledgedAt: null,
  acknowledgedByName: null,
  comment: '',
  ...over,
});
