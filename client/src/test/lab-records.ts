import type { Booking } from '@cobench/shared/bookings/booking';
import type { Instrument } from '@cobench/shared/instruments/instrument';
import { holds, isLogged, logLine } from '@cobench/shared/runs/log-line';
import type { RunEvent } from '@cobench/shared/runs/run-event';
import type { Run } from '@cobench/shared/runs/run';
import type { Alert } from '@cobench/shared/alerts/alert';
import type { SeriesPoint } from '@cobench/shared/series/point';
import { ChartDefinition, noSpecification } from '@cobench/shared/series/chart';
import { usualRules, type Series } from '@cobench/shared/series/series';
import { noPlan } from '@cobench/shared/alerts/action-plan';
import { anId } from './records.ts';

const at = '2026-11-21T10:00:00.000Z';

export const aRun = (over: Partial<Run> = {}): Run => ({
  id: anId(1),
  projectId: anId(100),
  instrumentId: null,
  instrumentName: null,
  name: 'Etch 12',
  description: '',
  recipe: '',
  samples: [],
  parameters: [],
  steps: [],
  results: [],
  clonedFrom: null,
  state: 'pending',
  lockOut: null,
  overrides: [],
  progress: null,
  reason: '',
  lastSeq: 0,
  heartbeatAt: null,
  version: 1,
  revision: 0,
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
  description: '',
  source: { from: 'metric', metric: 'Pressure', instrumentId: null, runId: null },
  unit: 'mTorr',
  subgrouping: { by: 'each' },
  chart: ChartDefinition.parse({ kind: 'i' }),
  specification: noSpecification,
  phases: [
    {
      start: 0,
      name: 'Phase 1',
      limitsVersion: 1,
      source: { from: 'given', center: 10, sigma: 1 },
      parameters: { center: 10, sigma: 1 },
      rules: usualRules({ kind: 'i' }),
    },
  ],
  limitsVersion: 1,
  plan: noPlan,
  pending: 0,
  archived: null,
  revision: 0,
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
  items: [10],
  size: null,
  value: 10,
  center: 10,
  sigma: 1,
  ucl: 13,
  lcl: 7,
  rules: [],
  excluded: null,
  runId: anId(1),
  label: '',
  ...over,
});

export const anAlert = (over: Partial<Alert> = {}): Alert => ({
  id: anId(30),
  seriesId: anId(20),
  seriesName: 'Etch pressure',
  projectId: anId(100),
  instrumentId: null,
  unit: 'mTorr',
  rule: 'WE1',
  ruleTitle: 'One point beyond 3 sigma',
  phaseStart: 0,
  limitsVersion: 1,
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
  acknowledgements: [],
  action: null,
  closed: null,
  snoozed: null,
  reopenings: 0,
  escalation: 0,
  escalatedAt: null,
  withdrawn: null,
  holds: false,
  acts: [],
  revision: 0,
  version: 0,
  ...over,
});

/** What the server answers to a request for a part of the log of a run with this history. */
export function logPart(stored: readonly RunEvent[], url: string) {
  const query = new URL(url, 'http://lab.test').searchParams;
  const [q, levels, limit] = [query.get('q') ?? '', query.get('levels')?.split(','), Number(query.get('limit'))];
  const forwards = query.has('after');
  const after = Number(query.get('after') ?? 0);
  const before = Math.min(Number(query.get('before') ?? Infinity), stored.length + 1);
  const found = stored.filter(isLogged).filter((event) => {
    const told = event.kind !== 'log' || levels === undefined || levels.includes(event.level);
    return event.seq > after && event.seq < before && told && holds(logLine(event), q);
  });
  const items = forwards ? found.slice(0, limit) : found.slice(-limit);
  const cut = items.length < found.length;
  const [first, last] = [items[0]?.seq ?? 1, items.at(-1)?.seq ?? stored.length];
  const to = cut && forwards ? last : before - 1;
  return { items, from: cut && !forwards ? first : after + 1, to, lastSeq: stored.length };
}

export const anInstrument = (over: Partial<Instrument> = {}): Instrument => ({
  id: anId(40),
  name: 'RIE-2',
  kind: 'Plasma etcher',
  vendor: 'Oxford',
  model: '80+',
  serial: 'SN-1',
  location: 'Bay 3',
  ownerId: null,
  ownerName: null,
  state: 'up',
  stateReason: '',
  stateSince: at,
  calibrationRequired: false,
  archivedAt: null,
  version: 1,
  createdAt: at,
  updatedAt: at,
  ...over,
});

export const aBooking = (over: Partial<Booking> = {}): Booking => ({
  id: anId(60),
  instrumentId: anId(40),
  instrumentName: 'RIE-2',
  title: 'Etch lot 12',
  projectId: null,
  concealed: false,
  from: '2026-11-24T09:00:00.000Z',
  to: '2026-11-24T11:00:00.000Z',
  seriesId: null,
  timeZone: 'Europe/Berlin',
  bookedBy: anId(9),
  bookedByName: 'Ada',
  version: 0,
  createdAt: at,
  updatedAt: at,
  ...over,
});
