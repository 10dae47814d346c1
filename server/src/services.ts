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

import { createPeopleServices, type PeopleDeps, type PeopleServices } from './people-services.ts';

type Deps = Omit<PeopleDeps, 'trail'> & {
  checkpoints: Checkpoints;
  documents: Documents;
  history: DocumentHistory;
};

/** What the product can do, without the doors to it. */
export type Services = PeopleServices & {
  trail: Trail;
  audit: AuditService;
  projects: ProjectService;
  instruments: InstrumentService;
  entries: EntryService;
  runs: RunService;
  histories: HistoryService;
  series: SeriesService;
  alerts: AlertService;
};

/** Wires the features: each gets what it needs by hand. */
export function createServices({ documents, history, checkpoints, ...deps }: Deps): Services {
  const { connection, events, clock, log } = deps;
  const spc = mongoSpc(connection);
  const chains = mongoAudit(connection);
  const trail = auditTrail({ repo: chains, clock, log, onGrown: checkpoints.grown });
  const shared = { trail, events, clock };
  const people = createPeopleServices({ ...deps, trail });
  const { identity } = people;
  const instruments = instrumentService({ repo: mongoInstruments(connection), ...shared });
  const members = { namesOf: identity.memberNames };
  const projects = projectService({ repo: mongoProjects(connection), members, ...shared });
  const references = { projects, instruments, ...shared };
  const entries = entryService({ repo: mongoEntries(connection), documents, members, projects, ...shared });
  const runs = runService({ repo: mongoRuns(connection), log: mongoRunLog(connection), ...references });
  return {
    ...people,
    trail,
    audit: auditService({ repo: chains, trail, checkpoints }),
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
