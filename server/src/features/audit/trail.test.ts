import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase } from '../../../test/database.ts';
import { testTrail } from '../../../test/trail.ts';
import type { Actor } from '../../platform/access.ts';
import { systemClock } from '../../platform/clock.ts';
import { createLog } from '../../platform/log.ts';
import { connectMongo, createIndexes } from '../../platform/mongo/connect.ts';
import { newId } from '../../platform/new-id.ts';
import { mongoProjects } from '../projects/project.mongo.ts';
import { mongoAudit } from './audit.mongo.ts';
import type { ChainEntry } from './chain.ts';
import { auditTrail } from './trail.ts';
import { verified } from './verify.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
  database = await openTestDatabase();
  mongoProjects(database.connection);
  mongoAudit(database.connection);
  await createIndexes(database.connection);
});
afterAll(() => database.close());

const anActor = (): Actor => ({
  personId: newId(),
  name: 'Ann',
  orgId: newId(),
  hidden: new Set(),
  role: 'pi',
  via: { kind: 'session', sessionId: 's' },
});
const aProject = (name: string) => {
  const at = new Date().toISOString();
  return {
    id: newId(),
    name,
    description: '',
    restricted: false,
    version: 0,
    createdAt: at,
    updatedAt: at,
    createdBy: newId(),
  };
};

async function chainOf(orgId: string): Promise<ChainEntry[]> {
  const entries: ChainEntry[] = [];
  for await (const entry of mongoAudit(database.connection).each(orgId, {})) entries.push(entry);
  return entries;
}

test('[AU1] a change and its entry are stored together: where the trail cannot be written, nothing is changed', async () => {
  const ann = anActor();
  const projects = mongoProjects(database.connection);
  const broken = auditTrail({
    repo: { ...mongoAudit(database.connection), append: () => Promise.reject(new Error('The disk is full.')) },
    clock: systemClock,
    log: createLog('silent'),
    onGrown: () => undefined,
  });
  const project = aProject('Wafers');
  const change = () => projects.insert(ann.orgId, project);
  await expect(broken.record(ann, 'project.create', { change })).rejects.toThrow('The disk is full.');
  expect(await projects.find(ann.orgId, project.id)).toBeNull();

  await testTrail(database.connection).record(ann, 'project.create', { change });
  expect(await projects.find(ann.orgId, project.id)).toMatchObject({ name: 'Wafers' });
  expect(await chainOf(ann.orgId)).toMatchObject([{ seq: 1, action: 'project.create', record: { id: project.id } }]);
});

test('[AU1] where the change fails, or there is nothing to change, there is no entry', async () => {
  const ann = anActor();
  const trail = testTrail(database.connection);
  const failing = () => Promise.reject(new Error('no'));
  await expect(trail.record(ann, 'project.create', { change: failing })).rejects.toThrow('no');
  expect(await trail.record(ann, 'project.delete', { change: async () => null })).toBeNull();
  expect(await chainOf(ann.orgId)).toEqual([]);
});

test('[AU2] what several processes write at once is one chain, and every change of it is there', async () => {
  const ann = anActor();
  const connections = await Promise.all([1, 2, 3].map(() => connectMongo(database.url)));
  const writers = connections.map((connection) => ({
    trail: testTrail(connection),
    projects: mongoProjects(connection),
  }));
  const each = 40;
  const written = writers.flatMap(({ trail, projects }, process) =>
    Array.from({ length: each }, async (_, i) => {
      const project = aProject(`Project ${process}/${i}`);
      if (i % 4 === 0) trail.refused(ann, { action: 'project.delete', recordId: project.id });
      await trail.record(ann, 'project.create', { change: () => projects.insert(ann.orgId, project) });
      return project.id;
    }),
  );
  const ids = await Promise.all(written);
  await Promise.all(writers.map(({ trail }) => trail.settled()));
  const chain = await chainOf(ann.orgId);
  expect(chain.map(({ seq }) => seq)).toEqual(Array.from({ length: chain.length }, (_, i) => i + 1));
  expect((await verified(chain, [])).findings).toEqual([]);
  const done = chain.filter(({ outcome }) => outcome === 'done');
  expect(new Set(done.map(({ record }) => record.id))).toEqual(new Set(ids));
  expect(chain.filter(({ outcome }) => outcome === 'refused')).toHaveLength((writers.length * each) / 4);
  await Promise.all(connections.map((connection) => connection.close()));
});

test('[AU3] refusals are written in their order, and one that cannot be written holds up nobody', async () => {
  const ann = anActor();
  const trail = testTrail(database.connection);
  const ids = Array.from({ length: 500 }, (_, i) => `record ${i}`);
  for (const recordId of ids) trail.refused(ann, { action: 'project.delete', recordId });
  await trail.settled();
  expect((await chainOf(ann.orgId)).map(({ record }) => record.id)).toEqual(ids);
});

test('[AU4] chains of different organisations do not know each other', async () => {
  const [ann, ben] = [anActor(), anActor()];
  const trail = testTrail(database.connection);
  for (const actor of [ann, ben, ann]) {
    await trail.record(actor, 'project.create', { change: async () => aProject('x') });
  }
  expect((await chainOf(ann.orgId)).map(({ seq }) => seq)).toEqual([1, 2]);
  expect((await chainOf(ben.orgId)).map(({ seq }) => seq)).toEqual([1]);
});
