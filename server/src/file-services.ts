import type { Connection } from 'mongoose';
import type { DomainEvents } from './domain-events.ts';
import type { Trail } from './features/audit/index.ts';
import {
  fileBytes,
  fileContent,
  fileImages,
  fileOwners,
  fileScanning,
  fileService,
  mongoFiles,
  mongoScans,
  mongoUploads,
  mongoUsage,
  sealedLinks,
  uploadService,
  uploadSweep,
  usageService,
} from './features/files/index.ts';
import { objectsKept } from './objects-kept.ts';
import type { Scanner } from './platform/clamd.ts';
import type { Clock } from './platform/clock.ts';
import type { FileKeys } from './platform/keys/file-keys.ts';
import type { Log } from './platform/log.ts';
import type { ObjectStore } from './platform/storage/object-store.ts';

type Needs<T extends (needs: never) => unknown> = Parameters<T>[0];
type Deps = {
  connection: Connection;
  trail: Trail;
  events: DomainEvents;
  clock: Clock;
  log: Log;
  /** Where encrypted bytes lie, and what opens them. */
  objects: ObjectStore;
  keys: FileKeys;
  /** Null: nobody looks at files before they are given out. */
  scanner: Scanner | null;
  publicUrl: string;
  sessionSecret: string;
  people: Needs<typeof fileService>['people'] & Pick<Needs<typeof sealedLinks>, 'seatOf'>;
} & Needs<typeof fileOwners>;
export type FileServices = ReturnType<typeof createFileServices>;

/** Wires the catalogue of files with what they hold. */
export function createFileServices({ connection, projects, runs, entries, people, sessionSecret, ...parts }: Deps) {
  const { scanner, ...shared } = parts;
  const repo = mongoFiles(connection);
  const owners = fileOwners({ projects, runs, entries });
  const bytes = fileBytes({ repo, ...shared });
  const usage = usageService({ repo: mongoUsage(connection), ...shared });
  const { seatOf } = people;
  const { objects: store } = shared;
  const newVerdict = scanner ? 'waiting' : 'unscanned';
  const files = fileService({ repo, owners, people, usage, newVerdict, ...shared });
  const uploadRows = mongoUploads(connection);
  const uploads = uploadService({ repo: uploadRows, store, catalogue: files, usage, ...shared });
  const { removal } = uploads;
  return {
    files,
    uploads,
    fileUsage: usage,
    uploadSweep: uploadSweep({ repo: uploadRows, store, removal, keysKept: objectsKept(connection), ...shared }),
    scanWaiting: scanner
      ? fileScanning({ repo: mongoScans(connection), scanner, people, ...shared }).scanWaiting
      : null,
    fileContents: {
      ...fileContent({ bytes, ...shared }),
      ...fileImages({ bytes }),
      ...sealedLinks({ repo, bytes, seatOf, secret: sessionSecret, ...shared }),
    },
  };
}
