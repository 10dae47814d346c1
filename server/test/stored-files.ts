import { createHash, randomBytes } from 'node:crypto';
import type { Attachment, DataFile } from '@cobench/shared/files/file';
import { identityEndpoints } from '@cobench/shared/identity/identity';
import type { DomainEvent } from '../src/domain-events.ts';
import { createFileServices } from '../src/file-services.ts';
import type { Actor } from '../src/platform/access.ts';
import { systemClock } from '../src/platform/clock.ts';
import { eventBus } from '../src/platform/event-bus.ts';
import { fileKeys } from '../src/platform/keys/file-keys.ts';
import { openKeyRing } from '../src/platform/keys/key-ring.ts';
import { createLog } from '../src/platform/log.ts';
import { newId } from '../src/platform/new-id.ts';
import { Sealer } from '../src/platform/sealed-files/sealer.ts';

import { openStore } from '../src/platform/storage/open-store.ts';
import { call } from './call.ts';
import type { TestApp } from './harness.ts';
import { testTrail } from './trail.ts';

type Given = {
  projectId: string;
  bytes?: Uint8Array;
  name?: string;
  folder?: string;
  tags?: string[];
  mediaType?: string;
  /** As a new version of this file. */
  fileId?: string;
  attachTo?: Attachment;
  by?: string;
};

/** What looks after files, beside the server of a test, at a time of its own; every record is of one project. */
export async function fileServicesOn(
  app: TestApp,
  { projectId = newId(), clock = systemClock, events = eventBus<DomainEvent>() } = {},
) {
  const { connection, config } = app;
  const anyProject = { get: async () => ({ projectId }) };
  return createFileServices({
    connection,
    objects: await openStore(config.storage),
    keys: fileKeys(await openKeyRing(config)),
    scanner: null,
    events,
    clock,
    log: createLog('silent'),
    projects: anyProject,
    runs: anyProject,
    entries: anyProject,
    sessionSecret: '',
    publicUrl: app.origin,
    trail: testTrail(connection),
    people: {
      namesOf: async () => new Map(),
      seatOf: async () => null,
    },
  });
}

/** Puts a file where an upload would put it, under any name and type, also those that no upload gives. */
export async function storeFile(app: TestApp, { by = 'engineer@acme.test', ...given }: Given): Promise<DataFile> {
  const { projectId, bytes = randomBytes(100), name = 'data.bin', folder = '', tags = [], fileId } = given;
  const { config } = app;
  const me = await call(await app.as(by), identityEndpoints.me, {});
  const via = { kind: 'session', sessionId: 'test' } as const;
  const actor: Actor = {
    orgId: me.organisation.id,
    personId: me.id,
    name: me.name,
    role: 'admin',
    via,
    hidden: new Set(),
  };
  const keys = fileKeys(await openKeyRing(config));
  const objects = await openStore(config.storage);
  const { files } = await fileServicesOn(app, { projectId });
  const attachTo = given.attachTo ?? null;
  const target = await files.reserve(actor, { filename: name, projectId, folder, tags, ...(fileId && { fileId }) });
  const identity = { orgId: actor.orgId, fileId: target.fileId, version: target.version };
  const { key, ...wrapped } = keys.make(identity, me.id);
  const pass = { fromPart: 0, salt: randomBytes(16) };
  const sealer = new Sealer({ key, identity, ...pass });
  const parts = [...sealer.push(bytes), sealer.finish()];
  const objectKey = `sandbox/${projectId}/${me.id}/${newId()}.enc`;
  await objects.put(objectKey, Buffer.concat(parts.map((part) => part.bytes)));
  const stored = {
    ...identity,
    ...wrapped,
    id: newId(),
    objectKey,
    ownerId: me.id,
    passes: [pass],
    size: bytes.length,
  };
  const { mediaType = 'application/octet-stream' } = given;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const received = { stored, projectId, folder, name, tags, attachTo, isNewVersion: fileId !== undefined };
  return files.commit(actor, target, { ...received, sha256, mediaType });
}
