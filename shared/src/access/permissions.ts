import { roles, type Role } from './roles.ts';

/**
 * THE permission table: the weakest role that may perform each action. The server judges by it, the client draws by it,
 * the API reference prints it. What is not listed, nobody may do.
 */
export const minimumRole = {
  'organisation.read': 'viewer',
  'organisation.manage': 'admin',
  'member.sign-out': 'admin',
  'member.manage': 'admin',

  'project.read': 'viewer',
  'project.create': 'engineer',
  'project.edit': 'engineer',
  'project.delete': 'pi',
  'project.restrict': 'pi',

  'entry.read': 'viewer',
  'entry.create': 'engineer',
  'entry.edit': 'engineer',
  'entry.delete': 'engineer',

  'instrument.read': 'viewer',
  'instrument.create': 'engineer',
  'instrument.edit': 'engineer',
  'instrument.archive': 'engineer',
  'instrument.report': 'technician',

  'booking.read': 'viewer',
  'booking.create': 'technician',
  'booking.edit': 'technician',
  'booking.cancel': 'technician',
  'booking.manage': 'engineer',

  'calibration.read': 'viewer',
  'calibration.create': 'engineer',
  'calibration.revoke': 'pi',
  'calibration.expire': 'admin',

  'run.read': 'viewer',
  'run.create': 'technician',
  'run.execute': 'technician',
  'run.override': 'pi',
  'run.note': 'technician',
  'run.ingest': 'technician',

  'series.read': 'viewer',
  'series.create': 'engineer',
  'series.edit': 'engineer',
  'series.record': 'technician',
  'alert.read': 'viewer',
  'alert.acknowledge': 'technician',
  'alert.act': 'technician',
  'alert.close': 'pi',

  'file.read': 'viewer',
  'file.upload': 'technician',
  'file.edit': 'technician',
  'file.delete': 'technician',
  'file.purge': 'pi',

  'api-key.manage': 'admin',
  'kiosk.manage': 'admin',
  'audit.read': 'admin',
} as const satisfies Record<string, Role>;
export type Action = keyof typeof minimumRole;

/** Whether a role may perform an action; no role may nothing. */
export function roleAllows(role: Role | null, action: Action): boolean {
  return role !== null && roles.indexOf(role) >= roles.indexOf(minimumRole[action]);
}
