import { z } from 'zod';
import type { Action } from '../access/permissions.ts';
import { endpoint } from '../endpoint.ts';
import { Id, Instant } from '../ids.ts';
import type { LockOut } from '../instruments/lock-out.ts';
import { Run } from '../runs/run.ts';
import { Alert } from '../alerts/alert.ts';
import { isActive } from '../alerts/life-of-alert.ts';

/** All that a screen on a wall may do. Nothing is done with its link but reading what the wall shows. */
export const wallActions = [
  'run.read',
  'alert.read',
  'project.read',
  'instrument.read',
  'calibration.read',
] as const satisfies readonly Action[];

/** What a wall tells of a run: no names of people, and nothing that somebody described it with. */
export const WallRun = Run.pick({
  id: true,
  projectId: true,
  instrumentId: true,
  instrumentName: true,
  name: true,
  state: true,
  progress: true,
  lastSeq: true,
  heartbeatAt: true,
  version: true,
  createdAt: true,
  startedAt: true,
  finishedAt: true,
})
  .extend({
    /** Why it is blocked, failed or was cancelled; empty otherwise. */
    reason: z.string(),
    /** The step it is at, the first being 1; null where it is at none. */
    step: z.object({ name: z.string(), number: z.int(), of: z.int() }).nullable(),
  })
  .meta({ id: 'WallRun' });
export type WallRun = z.infer<typeof WallRun>;

/** A run as a wall tells of it. */
export function wallRunOf(run: Run): WallRun {
  const at = run.steps.findIndex(({ state }) => state === 'running');
  const name = run.steps[at]?.name;
  const step = name === undefined ? null : { name, number: at + 1, of: run.steps.length };
  return WallRun.parse({ ...run, reason: run.lockOut ? lockOutWords[run.lockOut.cause] : run.reason, step });
}

/** Why a tool cannot be used, as a wall says it: without certificates and without the people who ended them. */
export const lockOutWords = {
  down: 'Out of order',
  maintenance: 'In maintenance',
  missing: 'Has no calibration',
  pending: 'Calibration not valid yet',
  expired: 'Calibration expired',
  revoked: 'Certificate revoked',
  failed: 'Calibration failed',
  alert: 'Held by an alert',
} as const satisfies Record<LockOut['cause'], string>;

/** A tool that cannot be used, and why. */
export const WallInstrument = z.object({ id: Id, name: z.string(), why: z.string() }).meta({ id: 'WallInstrument' });
export type WallInstrument = z.infer<typeof WallInstrument>;

/** What a wall tells of an alert. */
export const WallAlert = Alert.pick({
  id: true,
  projectId: true,
  seriesName: true,
  unit: true,
  rule: true,
  ruleTitle: true,
  side: true,
  value: true,
  lastIndex: true,
  signals: true,
  runName: true,
  openedAt: true,
  state: true,
  version: true,
})
  .extend({
    /** Whether it asks for somebody: it is not closed, withdrawn or snoozed. */
    active: z.boolean(),
  })
  .meta({ id: 'WallAlert' });
export type WallAlert = z.infer<typeof WallAlert>;

/** An alert as a wall tells of it. */
export const wallAlertOf = (alert: Alert): WallAlert => WallAlert.parse({ ...alert, active: isActive(alert) });

/** How long a run stays on a wall after its end (milliseconds). */
export const wallKeepsEndedFor = 2 * 3_600_000;

/** Everything a screen on a wall shows. */
export const Wall = z
  .object({
    organisation: z.string(),
    /** What the administrators call this wall. */
    name: z.string(),
    /** The projects that were chosen for it; null where it shows all that are for everybody. */
    projects: z.array(z.object({ id: Id, name: z.string() })).nullable(),
    /** All that have not ended, up to a few hundred, and those that ended lately. */
    runs: z.array(WallRun),
    /** Those that nobody has acknowledged. */
    alerts: z.array(WallAlert),
    /** Those that cannot be used now. */
    instruments: z.array(WallInstrument),
    /** The server's time. */
    at: Instant,
  })
  .meta({ id: 'Wall' });
export type Wall = z.infer<typeof Wall>;

/** For screens; they show themselves by a cookie of their own, which opens nothing else. */
export const wallEndpoints = {
  open: endpoint({
    method: 'post',
    path: '/api/v1/wall/open',
    access: 'anybody',
    summary: 'Open a wall on this screen with the secret of a kiosk link; answers a cookie that reads the wall only',
    input: z.strictObject({ secret: z.string().max(200) }),
    output: z.object({ name: z.string() }),
  }),
  read: endpoint({
    method: 'get',
    path: '/api/v1/wall',
    access: 'anybody',
    summary: 'What a wall shows now, for a screen that was opened with a kiosk link',
    input: z.strictObject({}),
    output: Wall,
  }),
};

/** The part of the live connection that screens have for themselves (socket.io calls it a namespace). */
export const wallNamespace = '/wall';

/** How often a screen hears that its connection stands (milliseconds), so that it notices soon when it does not. */
export const wallTickEvery = 2000;

/** Server to screen. A screen has nothing to say. */
export type WallToClient = {
  'wall.run': (run: WallRun) => void;
  'wall.alert': (alert: WallAlert) => void;
  /** Something else is in sight than before: ask for the wall again. */
  'wall.changed': () => void;
  'wall.tick': () => void;
  /** The link was taken back or has expired: nothing will follow. */
  'wall.over': () => void;
};
