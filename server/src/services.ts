import type { Connection } from 'mongoose';
import type { DomainEvents } from './domain-events.ts';
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

type Deps = {
  connection: Connection;
  events: DomainEvents;
  clock: Clock;
  documents: Documents;
  history: DocumentHistory;
  publicUrl: string;
  sessionSecret: string;
};

/** What the product can do, without the doors to it. */
export type Services = {
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
  ...shared
}: Deps): Services {
  const { events, clock } = shared;
  const spc = mongoSpc(connection);
  const identity = createIdentity({ store: mongoIdentity(connection), events, clock, publicUrl, sessionSecret });
  const projects = projectService({ repo: mongoProjects(connection), ...shared });
  const instruments = instrumentService({ repo: mongoInstruments(connection), clock });
  const members = { namesOf: identity.memberNames };
  const references = { projects, instruments, ...shared };
  const entries = entryService({ repo: mongoEntries(connection), documents, members, projects, ...shared });
  const runs = runService({ repo: mongoRuns(connection), log: mongoRunLog(connection), ...references });
  return {
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
      clock,
    }),
    series: seriesService({ repo: spc, ...references }),
    alerts: alertService({ repo: spc, ...shared }),
  };
}
