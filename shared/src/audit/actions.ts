import { minimumRole } from '../access/permissions.ts';

/** What leaves an entry in the audit trail when it is done, and how it is told. */
export const auditedActions = {
  'project.create': 'made',
  'project.edit': 'changed',
  'project.delete': 'deleted',
  'project.restore': 'restored',
  'project.restrict': 'changed who sees',
  'entry.create': 'made',
  'entry.rename': 'renamed',
  'entry.delete': 'deleted',
  'entry.restore': 'restored',
  'instrument.create': 'registered',
  'instrument.edit': 'changed',
  'instrument.report': 'reported the state of',
  'instrument.maintain': 'recorded work at',
  'instrument.archive': 'archived',
  'instrument.restore': 'restored',
  'booking.create': 'made',
  'booking.edit': 'changed',
  'booking.cancel': 'cancelled',
  'calendar-link.make': 'made',
  'calendar-link.revoke': 'revoked',
  'calibration.create': 'recorded',
  'calibration.attach': 'attached a file to',
  'calibration.revoke': 'revoked',
  'calibration.expire': 'ended',
  'run.create': 'made',
  'run.edit': 'changed',
  'run.block': 'blocked',
  'run.unblock': 'queued again',
  'run.override': 'let run in spite of a lock-out',
  'run.result': 'recorded a result of',
  'run.start': 'started',
  'run.finish': 'finished',
  'run.cancel': 'cancelled',
  'series.create': 'made',
  'series.edit': 'changed',
  'series.revise': 'changed how points are judged on',
  'alert.acknowledge': 'acknowledged',
  'alert.act': 'gave the work to somebody on',
  'alert.step': 'went through the checklist of',
  'alert.close': 'closed',
  'alert.reopen': 'opened again',
  'alert.snooze': 'snoozed',
  'alert.wake': 'woke',
  'alert.escalate': 'told somebody else of',
  'version.name': 'named',
  'version.rename': 'renamed',
  'api-key.create': 'made',
  'api-key.revoke': 'revoked',
  'kiosk.create': 'made',
  'kiosk.revoke': 'took back',
  'kiosk.open': 'opened',
  'account.password': 'changed the password of',
  'invitation.create': 'sent',
  'invitation.revoke': 'took back',
  'token.create': 'made',
  'token.revoke': 'revoked',
  'second-factor.add': 'added',
  'second-factor.remove': 'removed',
  'second-factor.use': 'used',
  'second-factor.renew': 'made new ones of',
  'second-factor.reset': 'took away from their owner',
  'organisation.edit': 'changed',
  'organisation.drop-points': 'dropped old points of runs of',
  'member.join': 'added',
  'member.edit': 'changed',
  'member.leave': 'removed',
  'member.disable': 'disabled',
  'member.enable': 'enabled',
  'member.sign-out': 'signed out',
  'session.begin': 'signed in',
  'session.end': 'signed out',
  'session.move': 'came over from another organisation',
  'audit.export': 'exported',
} as const;
export type AuditedAction = keyof typeof auditedActions;

/** What an action is about: the first word of its name. */
export const kindOf = (action: AuditAction): AuditKind =>
  auditKinds.find((kind) => action.startsWith(`${kind}.`)) ?? 'organisation';

/** Everything an entry may name as its action: what was done, or what was asked for and refused. */
export const auditActions = [...new Set([...keysOf(auditedActions), ...keysOf(minimumRole)])].toSorted();
export type AuditAction = (typeof auditActions)[number];

/** What entries are about, and what people call it. */
export const auditedKinds = {
  session: 'session',
  account: 'account',
  token: 'personal token',
  'second-factor': 'second factor',
  invitation: 'invitation',
  member: 'person',
  project: 'project',
  entry: 'entry',
  version: 'version',
  run: 'run',
  instrument: 'instrument',
  booking: 'booking',
  'calendar-link': 'calendar link',
  calibration: 'calibration',
  series: 'control chart',
  alert: 'alert',
  'api-key': 'API key',
  kiosk: 'kiosk link',
  audit: 'audit trail',
  organisation: 'organisation',
} as const;
export type AuditKind = keyof typeof auditedKinds;
export const auditKinds = keysOf(auditedKinds);

function keysOf<K extends string>(record: Record<K, unknown>): K[] {
  return Object.keys(record) as K[];
}
