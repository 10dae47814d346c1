import type { LockOut } from '@cobench/shared/instruments/lock-out';
import type { NewRun, Run } from '@cobench/shared/runs/run';
import { newId } from '../../platform/new-id.ts';

type Made = { instrumentName: string | null; lockOut: LockOut | null; at: Date; byId: string; byName: string };

/** A run as it begins: pending without an instrument, and with one queued, or blocked where that may not be used. */
export function newRun({ steps, ...settings }: NewRun, { instrumentName, lockOut, at, byId, byName }: Made): Run {
  const waiting = settings.instrumentId === null ? 'pending' : 'queued';
  return {
    ...settings,
    id: newId(),
    instrumentName,
    steps: steps.map((name) => ({ name, state: 'waiting', startedAt: null, finishedAt: null })),
    results: [],
    state: lockOut ? 'blocked' : waiting,
    lockOut,
    overrides: [],
    progress: null,
    reason: '',
    lastSeq: 0,
    heartbeatAt: null,
    version: 0,
    revision: 0,
    createdAt: at.toISOString(),
    startedAt: null,
    finishedAt: null,
    createdBy: byId,
    createdByName: byName,
  };
}
