import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import type { Config } from './config.ts';
import type { DomainEvent } from './domain-events.ts';
import type { Trail } from './features/audit/index.ts';
import { mongoProjects, projectService } from './features/projects/index.ts';
import { createFileServices } from './file-services.ts';
import { createPeopleServices } from './people-services.ts';
import { clamd } from './platform/clamd.ts';
import type { Clock } from './platform/clock.ts';
import { eventBus } from './platform/event-bus.ts';
import { Fault } from './platform/fault.ts';
import { fileKeys } from './platform/keys/file-keys.ts';
import type { KeyRing } from './platform/keys/key-ring.ts';
import type { Log } from './platform/log.ts';
import type { ObjectStore } from './platform/storage/object-store.ts';

type Deps = {
  connection: Connection;
  trail: Trail;
  clock: Clock;
  log: Log;
  masterKeys: KeyRing;
  objects: ObjectStore;
};

/** Wires what takes files in without a server: who people are, what they see, and uploads. */
export function createImportServices(
  { masterKeys, objects, ...deps }: Deps,
  { publicUrl, clamdUrl }: Pick<Config, 'publicUrl' | 'clamdUrl'>,
) {
  const { connection } = deps;
  // No browser comes here: its secret is anybody's.
  const shared = { ...deps, events: eventBus<DomainEvent>(), publicUrl, sessionSecret: randomUUID() };
  const { identity } = createPeopleServices({ ...shared, masterKeys, mail: null, breachedPasswordsUrl: undefined });
  const members = { namesOf: identity.memberNames };
  const projects = projectService({ repo: mongoProjects(connection), members, ...shared });
  // What is imported belongs to a project alone.
  const noRecords = { get: () => Promise.reject(new Fault('resource.missing')) };
  const { uploads } = createFileServices({
    ...shared,
    objects,
    keys: fileKeys(masterKeys),
    // The server's business; what waits for it is in quarantine until then.
    scanner: clamdUrl === undefined ? null : clamd(clamdUrl),
    people: identity,
    projects,
    runs: noRecords,
    entries: noRecords,
  });
  return { identity, projects, uploads };
}
