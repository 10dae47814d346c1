import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NewCalibration } from '@cobench/shared/calibrations/calibration';
import type { Instrument } from '@cobench/shared/instruments/instrument';
import { onTestFinished } from 'vitest';
import type { DomainEvent } from '../src/domain-events.ts';
import {
  calibrationService,
  certificateObjects,
  mongoCalibrations,
  mongoCertificateFiles,
  mongoDues,
} from '../src/features/calibrations/index.ts';
import { mongoInstruments } from '../src/features/instruments/index.ts';
import type { Actor } from '../src/platform/access.ts';
import { eventBus } from '../src/platform/event-bus.ts';
import { createLog } from '../src/platform/log.ts';
import type { Mail } from '../src/platform/mail.ts';
import { connectMongo, createIndexes, type Connection } from '../src/platform/mongo/connect.ts';
import { newId } from '../src/platform/new-id.ts';
import { fileKeys } from '../src/platform/keys/file-keys.ts';
import { keyRing } from '../src/platform/keys/key-ring.ts';
import { folderStore } from '../src/platform/storage/folder-store.ts';
import { sealing } from '../src/platform/sealing.ts';
import { openTestDatabase } from './database.ts';
import { testTrail } from './trail.ts';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

const anActor = (orgId: string, role: Actor['role'], name: string): Actor => ({
  personId: newId(),
  name,
  orgId,
  hidden: new Set(),
  role,
  via: { kind: 'session', sessionId: 's' },
});

const ring = keyRing(['0123456789abcdef'.repeat(4)]);
/** Nobody attaches anything here. */
const noFiles = folderStore(join(tmpdir(), newId()));

/** An organisation whose time the test sets, and as many processes on one store as it wants. */
export async function calibrationHouse(start = '2026-06-01T00:00:00.000Z') {
  const { connection, url, close } = await openTestDatabase();
  const connections: Connection[] = [];
  let now = new Date(start);
  const clock = (): Date => now;
  const orgId = newId();
  const [engineer, pi, admin] = [
    anActor(orgId, 'engineer', 'Mateo'),
    anActor(orgId, 'pi', 'Ingrid'),
    anActor(orgId, 'admin', 'Amara'),
  ];
  const owner = { personId: newId(), email: 'owner@lab.test' };
  const people = [owner, { personId: engineer.personId, email: 'engineer@lab.test' }];
  const instruments = mongoInstruments(connection);

  /** A process: its own connection, its own events and the mails that it sent. `refuse`: mails its server does not take. */
  async function aProcess({ mail = true, refuse = (_mail: Mail): boolean => false } = {}) {
    const own = await connectMongo(url);
    connections.push(own);
    const [heard, mails] = [new Array<DomainEvent>(), new Array<Mail>()];
    const events = eventBus<DomainEvent>();
    for (const type of ['calibration.changed', 'calibration.due'] as const) {
      events.on(type, (event) => void heard.push(event));
    }
    const send = async (one: Mail): Promise<void> => {
      if (refuse(one)) throw new Error('The mail server is away.');
      mails.push(one);
    };
    const calibrations = calibrationService({
      repo: mongoCalibrations(own),
      dues: mongoDues(own),
      files: mongoCertificateFiles(own),
      certificates: certificateObjects({ store: noFiles, keys: fileKeys(ring), sealing: sealing(ring) }),
      instruments,
      startedOn: async () => ({ items: [], nextCursor: null }),
      people: {
        reached: async (_org, ids) => people.filter(({ personId }) => ids.includes(personId)),
        administrators: async () => [{ personId: admin.personId, email: 'admin@lab.test' }],
      },
      heldBy: async () => null,
      trail: testTrail(own, clock),
      events,
      clock,
      log: createLog('silent'),
      mail: mail ? send : null,
      publicUrl: 'https://lab.test',
    });
    await createIndexes(own);
    return { calibrations, heard, mails };
  }

  async function anInstrument(over: Partial<Instrument> = {}): Promise<Instrument> {
    const at = clock().toISOString();
    return instruments.insert(orgId, {
      id: newId(),
      name: `RIE-${newId()}`,
      kind: '',
      vendor: '',
      model: '',
      serial: '',
      location: '',
      ownerId: owner.personId,
      ownerName: 'Olga',
      state: 'up',
      stateReason: '',
      stateSince: at,
      calibrationRequired: true,
      version: 0,
      archivedAt: null,
      createdAt: at,
      updatedAt: at,
      ...over,
    });
  }

  onTestFinished(async () => {
    for (const one of connections) await one.close();
    await close();
  });
  return {
    orgId,
    engineer,
    pi,
    admin,
    people,
    connection,
    clock,
    aProcess,
    anInstrument,
    at: (milliseconds: number): string => new Date(now.getTime() + milliseconds).toISOString(),
    pass: (milliseconds: number) => void (now = new Date(now.getTime() + milliseconds)),
    /** A certificate that was performed now and is valid for so long. */
    paper: (milliseconds: number, over: Partial<NewCalibration> = {}): NewCalibration => ({
      number: 'C-1',
      issuer: 'National laboratory',
      performedAt: now.toISOString(),
      validFrom: now.toISOString(),
      expiresAt: new Date(now.getTime() + milliseconds).toISOString(),
      timeZone: 'UTC',
      result: 'pass',
      note: '',
      measurand: '',
      unit: '',
      budget: [],
      ...over,
    }),
  };
}
