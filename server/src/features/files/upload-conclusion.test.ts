import { identityEndpoints } from '@cobench/shared/identity/identity';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call } from '../../../test/call.ts';
import { contentOf } from '../../../test/file-house.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory } from '../../../test/laboratory.ts';
import { fileServicesOn } from '../../../test/stored-files.ts';
import type { DomainEvent } from '../../domain-events.ts';
import type { Actor } from '../../platform/access.ts';
import { eventBus } from '../../platform/event-bus.ts';
import { Fault } from '../../platform/fault.ts';

let app: TestApp;
beforeAll(async () => void (app = await startTestApp()));
afterAll(() => app.close());

test('a file that was committed keeps its bytes, whatever goes wrong when others are told of it', async () => {
  const { connection } = app;
  const [{ id: projectId }, sender] = [await laboratory(app).aProject(), await app.as('engineer@acme.test')];
  const { id: personId, name, organisation } = await call(sender, identityEndpoints.me, {});
  const via = { kind: 'session', sessionId: 'test' } as const;
  const actor: Actor = { orgId: organisation.id, personId, name, role: 'engineer', via, hidden: new Set() };
  const events = eventBus<DomainEvent>();
  events.on('file.changed', () => Promise.reject(new Fault('service.unavailable')));
  const { uploads } = await fileServicesOn(app, { projectId, events });
  async function* bytes() {
    yield Buffer.from('hello');
  }
  const source = { bytes: bytes(), stop: () => undefined, again: async () => actor, most: 5 };
  const asked = { filename: 'told nobody', projectId, folder: '', tags: [] };
  await expect(uploads.receiveWhole(actor, asked, source)).rejects.toBeInstanceOf(Fault);
  const row = await connection.collection<{ _id: string }>('files').findOne({ name: 'told nobody' });
  expect((await contentOf(sender, String(row?._id))).toString()).toBe('hello');
});
