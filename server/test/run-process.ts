import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NewRun } from '@cobench/shared/runs/run';
import type { DomainEvent } from '../src/domain-events.ts';
import { createInstrumentServices } from '../src/instrument-services.ts';
import { mongoProjects, projectService } from '../src/features/projects/index.ts';
import { mongoRunLog, mongoRuns, mongoTelemetry, runService } from '../src/features/runs/index.ts';
import type { Actor } from '../src/platform/access.ts';
import type { Clock } from '../src/platform/clock.ts';
import { eventBus } from '../src/platform/event-bus.ts';
import { createLog } from '../src/platform/log.ts';
import { folderStore } from '../src/platform/storage/folder-store.ts';
import { keyRing } from '../src/platform/keys/key-ring.ts';
import { connectMongo } from '../src/platform/mongo/connect.ts';
import { newId } from '../src/platform/new-id.ts';
import { testTrail } from './trail.ts';

/** Somebody of an organisation that nobody else is in. */
export const aLeader = (): Actor => ({
  personId: newId(),
  name: 'Ann',
  orgId: newId(),
  hidden: new Set(),
  role: 'pi',
  via: { kind: 'session', sessionId: 's' },
});

/** What one server process knows of runs: its own connection, events and queues; only the store is common. */
export async function runProcess(url: string, clock: Clock = () => new Date()) {
  const connection = await connectMongo(url);
  const shared = { events: eventBus<DomainEvent>(), clock, trail: testTrail(connection, clock) };
  const members = { namesOf: async () => new Map<string, string>() };
  const projects = projectService({ repo: mongoProjects(connection), members, ...shared });
  const people = { reached: async () => [], administrators: async () => [], seatOf: async () => null };
  const tools = createInstrumentServices({
    connection,
    members,
    projects,
    people,
    heldBy: async () => null,
    startedOn: mongoRuns(connection).startedOn,
    log: createLog('silent'),
    mail: null,
    publicUrl: 'https://lab.test',
    // Nobody attaches anything here.
    objects: folderStore(join(tmpdir(), newId())),
    masterKeys: keyRing(['0123456789abcdef'.repeat(4)]),
    ...shared,
  });
  const { instruments, calibrations } = tools;
  const log = mongoRunLog(connection);
  const { lockOutOf } = calibrations;
  const telemetry = mongoTelemetry(connection);
  const runs = runService({ repo: mongoRuns(connection), log, telemetry, lockOutOf, projects, instruments, ...shared });

  return {
    connection,
    runs,
    projects,
    ...tools,
    events: shared.events,
    /** A run of a new project. */
    async aRun(actor: Actor): Promise<string> {
      const { id: projectId } = await projects.create(actor, { name: `Project ${newId()}`, description: '' });
      return (await runs.create(actor, NewRun.parse({ projectId, name: 'Run' }))).id;
    },
    close: () => connection.close(),
  };
}
