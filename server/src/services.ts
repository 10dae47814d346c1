import type { Connection } from 'mongoose';
import type { DomainEvents } from './domain-events.ts';
import {
  accountService,
  breachedPasswords,
  invitationService,
  mongoAccounts,
  mongoInvitations,
  type AccountService,
  type InvitationService,
} from './features/accounts/index.ts';
import {
  auditService,
  auditTrail,
  mongoAudit,
  type AuditService,
  type Checkpoints,
  type Trail,
} from './features/audit/index.ts';
import {
  historyService,
  mongoVersionNames,
  type DocumentHistory,
  type HistoryService,
} from './features/history/index.ts';
import { createIdentity, mongoIdentity, type Identity } from './features/identity/index.ts';
import { instrumentService, mongoInstruments, type InstrumentService } from './features/instruments/index.ts';
import { entryService, mongoEntries, type Documents, type EntryService } from './features/notebook/index.ts';
import { mongoProjects, projectService, type ProjectService } from './features/projects/index.ts';
import { mongoRunLog, mongoRuns, runService, type RunService } from './features/runs/index.ts';
import {
  alertService,
  mongoSpc,
  seriesService,
  type AlertService,
  type SeriesService,
} from './features/series/index.ts';
import type { Clock } from './platform/clock.ts';
import type { Log } from './platform/log.ts';
import type { SendMail } from './platform/mail.ts';

type Deps = {
  connection: Connection;
  events: DomainEvents;
  clock: Clock;
  log: Log;
  checkpoints: Checkpoints;
  /** Null where no mail can be sent. */
  mail: SendMail | null;
  breachedPasswordsUrl: string | undefined;
  documents: Documents;
  history: DocumentHistory;
  publicUrl: string;
  sessionSecret: string;
};

/** What the product can do, without the doors to it. */
export type Services = {
  trail: Trail;
  audit: AuditService;
  accounts: AccountService;
  invitations: InvitationService;
  identity: Identity;
  projects: ProjectService;
  instruments: InstrumentService;
  entries: EntryService;
  runs: RunService;
  histories: HistoryService;
  series: SeriesService;
  alerts: AlertService;
};

/** Wires the features: each gets what it needs by hand. */
export function createServices({
  connection,
  documents,
  history,
  publicUrl,
  sessionSecret,
  checkpoints,
  mail,
  breachedPasswordsUrl,
  log,
  events,
  clock,
}: Deps): Services {
  const spc = mongoSpc(connection);
  const chains = mongoAudit(connection);
  const trail = auditTrail({ repo: chains, clock, log, onGrown: checkpoints.grown });
  const shared = { trail, events, clock };
  const identity = createIdentity({ store: mongoIdentity(connection), ...shared, publicUrl, sessionSecret });
  const entrance = { accounts: mongoAccounts(connection), identity, mail, publicUrl, log, ...shared };
  const accounts = accountService({ ...entrance, isBreached: breachedPasswords(breachedPasswordsUrl, log) });
  const projects = projectService({ repo: mongoProjects(connection), ...shared });
  const instruments = instrumentService({ repo: mongoInstruments(connection), ...shared });
  const members = { namesOf: identity.memberNames };
  const references = { projects, instruments, ...shared };
  const entries = entryService({ repo: mongoEntries(connection), documents, members, projects, ...shared });
  const runs = runService({ repo: mongoRuns(connection), log: mongoRunLog(connection), ...references });
  return {
    trail,
    audit: auditService({ repo: chains, trail, checkpoints }),
    accounts,
    invitations: invitationService({ ...entrance, passwords: accounts, invitations: mongoInvitations(connection) }),
    identity,
    projects,
    instruments,
    entries,
    runs,
    histories: historyService({
      history,
      names: mongoVersionNames(connection),
      people: identity,
      owners: { entries, runs },
      ...shared,
    }),
    series: seriesService({ repo: spc, ...references }),
    alerts: alertService({ repo: spc, ...shared }),
  };
}
