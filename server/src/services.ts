import {
  alertReasons,
  alertService,
  mongoAlerts,
  mongoEscalationMails,
  type AlertReasons,
  type AlertService,
} from './features/alerts/index.ts';
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
import {
  kioskService,
  mongoKiosks,
  wallService,
  type KioskService,
  type WallService,
} from './features/kiosks/index.ts';
import { entryService, mongoEntries, type Documents, type EntryService } from './features/notebook/index.ts';
import { mongoProjects, projectService, type ProjectService } from './features/projects/index.ts';
import { mongoInstruments } from './features/instruments/index.ts';
import {
  limitedIngest,
  mongoRunLog,
  mongoRuns,
  mongoTelemetry,
  pointRetention,
  runService,
  type IngestRates,
  type RunService,
} from './features/runs/index.ts';
import { mongoSpc, seriesService, type SeriesService } from './features/series/index.ts';
import { createFileServices, type FileServices } from './file-services.ts';
import { createInstrumentServices, type InstrumentServices } from './instrument-services.ts';
import { createPeopleServices, type PeopleDeps, type PeopleServices } from './people-services.ts';
import { fileKeys } from './platform/keys/file-keys.ts';
import type { Scanner } from './platform/clamd.ts';
import type { ObjectStore } from './platform/storage/object-store.ts';

type Deps = Omit<PeopleDeps, 'trail'> & {
  checkpoints: Checkpoints;
  documents: Documents;
  history: DocumentHistory;
  /** Where the encrypted bytes of files lie. */
  objects: ObjectStore;
  /** Looks at files before they are given out; null where none is configured. */
  scanner: Scanner | null;
  /** What a key may send a second; null: whatever it likes. */
  ingestRates: IngestRates | null;
};

/** What the product can do, without the doors to it. */
export type Services = PeopleServices &
  InstrumentServices &
  FileServices & {
    trail: Trail;
    audit: AuditService;
    projects: ProjectService;
    entries: EntryService;
    runs: RunService;
    /** Drops measured points that organisations do not keep any longer. */
    dropOldPoints: () => Promise<void>;
    histories: HistoryService;
    series: SeriesService;
    alerts: AlertService;
    alertReasons: AlertReasons;
    kiosks: KioskService;
    walls: WallService;
  };

/** Wires the features: each gets what it needs by hand. */
export function createServices({
  objects,
  scanner,
  documents,
  history,
  checkpoints,
  ingestRates,
  ...deps
}: Deps): Services {
  const { connection, events, clock, log } = deps;
  const spc = mongoSpc(connection);
  const chains = mongoAudit(connection);
  const trail = auditTrail({ repo: chains, clock, log, onGrown: checkpoints.grown });
  const shared = { trail, events, clock };
  const people = createPeopleServices({ ...deps, trail });
  const { identity } = people;
  const members = { namesOf: identity.memberNames };
  const projectRows = mongoProjects(connection);
  const projects = projectService({ repo: projectRows, members, ...shared });
  const runRows = mongoRuns(connection);
  const { startedOn } = runRows;
  const alerts = alertService({
    ...deps,
    repo: mongoAlerts(connection),
    mails: mongoEscalationMails(connection),
    series: spc.series,
    people: { ...identity, namesOf: identity.memberNames },
    instruments: mongoInstruments(connection),
    projects: projectRows,
    ...shared,
  });
  const { lockOutOf: heldBy } = alerts;
  const tools = createInstrumentServices({
    ...deps,
    objects,
    trail,
    members,
    projects,
    people: identity,
    startedOn,
    heldBy,
  });
  const { instruments, calibrations } = tools;
  const references = { projects, instruments, ...shared };
  const entries = entryService({ repo: mongoEntries(connection), documents, members, projects, ...shared });
  const runLog = mongoRunLog(connection);
  const telemetry = mongoTelemetry(connection);
  const allRuns = runService({
    repo: runRows,
    log: runLog,
    telemetry,
    // A tool that may not be used at all is told of first; one that an alert holds may still be booked.
    lockOutOf: async (orgId, id) => (await calibrations.lockOutOf(orgId, id)) ?? heldBy(orgId, id),
    ...references,
  });
  const runs = ingestRates ? limitedIngest(allRuns, { rates: ingestRates, clock }) : allRuns;
  const series = seriesService({
    repo: spc,
    nameOwner: alerts.nameOwner,
    runs: { get: runs.get, find: runRows.find, events: runLog.after },
    ...references,
  });
  const files = createFileServices({
    ...deps,
    objects,
    scanner,
    keys: fileKeys(deps.masterKeys),
    people: identity,
    runs,
    entries,
    projects,
    ...shared,
  });
  const kiosks = { repo: mongoKiosks(connection), projects, ...shared };
  return {
    ...people,
    trail,
    audit: auditService({ repo: chains, trail, checkpoints }),
    projects,
    ...tools,
    entries,
    runs,
    ...files,
    dropOldPoints: pointRetention({ telemetry, log: runLog, policies: identity.keepingPoints, ...shared }),
    histories: historyService({
      history,
      names: mongoVersionNames(connection),
      people: identity,
      owners: { entries, runs },
      ...shared,
    }),
    series,
    alertReasons: alertReasons({ alerts, series }),
    alerts,
    kiosks: kioskService(kiosks),
    walls: wallService({
      ...kiosks,
      identity,
      hiddenFrom: projectRows.hiddenFrom,
      runs,
      alerts,
      instruments,
      calibrations,
    }),
  };
}
