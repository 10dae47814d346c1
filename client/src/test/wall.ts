import type { Wall, WallAlert, WallRun } from '@cobench/shared/kiosks/wall';
import { anId } from './records.ts';

const at = '2026-11-21T10:00:00.000Z';

export const aWallRun = (over: Partial<WallRun> = {}): WallRun => ({
  id: anId(1),
  projectId: anId(100),
  instrumentId: anId(7),
  instrumentName: 'RIE-2',
  name: 'Etch 7',
  state: 'running',
  progress: 0.4,
  reason: '',
  step: null,
  lastSeq: 1,
  heartbeatAt: at,
  version: 1,
  createdAt: at,
  startedAt: at,
  finishedAt: null,
  ...over,
});

export const aWallAlert = (over: Partial<WallAlert> = {}): WallAlert => ({
  id: anId(1),
  projectId: anId(100),
  seriesName: 'Pressure',
  unit: 'mTorr',
  rule: 'WE1',
  ruleTitle: 'One point beyond 3 sigma',
  side: 'above',
  value: 31,
  lastIndex: 4,
  signals: 1,
  runName: 'Etch 7',
  openedAt: at,
  state: 'open',
  version: 0,
  active: true,
  ...over,
});

export const aWall = (over: Partial<Wall> = {}): Wall => ({
  organisation: 'Acme Labs',
  name: 'Corridor',
  projects: null,
  runs: [],
  alerts: [],
  instruments: [],
  at,
  ...over,
});
