import { kioskEndpoints } from '@cobench/shared/kiosks/kiosk';
import { wallEndpoints } from '@cobench/shared/kiosks/wall';
import { identityEndpoints } from '@cobench/shared/identity/identity';
import { notebookEndpoints } from '@cobench/shared/notebook/entry';
import { projectEndpoints } from '@cobench/shared/projects/project';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { accounts } from '../../test/accounts.ts';
import { Agent } from '../../test/agent.ts';
import { call } from '../../test/call.ts';
import { startTestApp, type TestApp } from '../../test/harness.ts';
import { laboratory, measured, record } from '../../test/laboratory.ts';
import { openWall } from '../../test/wall-client.ts';

let app: TestApp;
let lab: ReturnType<typeof laboratory>;
beforeAll(async () => {
  app = await startTestApp();
  lab = laboratory(app);
});
afterAll(() => app.close());

const admin = () => app.as('admin@acme.test');
async function aWall({ projectIds, by }: { projectIds?: string[]; by?: Agent } = {}) {
  const kiosk = await call(by ?? (await admin()), kioskEndpoints.create, {
    name: 'Wall',
    ...(projectIds && { projectIds }),
  });
  const screen = new Agent(app.origin);
  await call(screen, wallEndpoints.open, { secret: kiosk.secret });
  return { kiosk, screen, wall: await openWall(screen).connected() };
}
const start = async (id: string) => call(await admin(), runEndpoints.start, { id });
const restrict = async (id: string, change: { version: number; restricted: boolean }) =>
  call(await admin(), projectEndpoints.restrict, { id, ...change });

test('[LV19] a screen hears of runs and alerts, of these no more than it shows, and of nothing else', async () => {
  const { wall } = await aWall();
  const series = await lab.aSeries();
  const run = await lab.aRunningRun({ projectId: series.projectId, description: 'for Ann' });
  const engineer = await app.as('engineer@acme.test');
  await call(engineer, notebookEndpoints.create, { projectId: series.projectId, title: 'Private thoughts' });
  await record(await lab.aMachine(), run.id, measured([99]));
  await wall.until('wall.alert');
  await wall.until('wall.run', (news) => (news as { lastSeq: number }).lastSeq === 2);
  await wall.until('wall.tick');
  const kinds = [...new Set(wall.told.map(({ event }) => event))].toSorted();
  expect(kinds).toEqual(['wall.alert', 'wall.changed', 'wall.run', 'wall.tick']);
  expect(JSON.stringify(wall.told)).not.toMatch(/for Ann|Private thoughts|createdBy/);
});

test('[LV19] a screen of another organisation hears nothing of it', async () => {
  const { wall } = await aWall({ by: await app.as('admin@borealis.test') });
  await start((await lab.aRun()).id);
  const theirs = await laboratory(app, 'borealis.test').aRun();
  await wall.until('wall.run', (news) => (news as { id: string }).id === theirs.id);
  expect(wall.ids('wall.run')).toEqual([theirs.id]);
});

test('[LV19] a screen of chosen projects hears of no other, also of none that is made later', async () => {
  const chosen = await lab.aProject();
  const { wall } = await aWall({ projectIds: [chosen.id] });
  await lab.aRun();
  const shown = await lab.aRun({ projectId: chosen.id });
  await wall.until('wall.run');
  expect(wall.ids('wall.run')).toEqual([shown.id]);
});

test('[LV20] a link that is taken back closes its screens within two seconds, and no others; they do not come back', async () => {
  const [one, other] = [await aWall(), await aWall()];
  const second = await openWall(one.screen).connected();
  const at = performance.now();
  await call(await admin(), kioskEndpoints.revoke, { id: one.kiosk.id });
  await Promise.all([one.wall.until('wall.over'), second.until('wall.over')]);
  await vi.waitUntil(() => !one.wall.socket.connected && !second.socket.connected, { interval: 5 });
  expect(performance.now() - at).toBeLessThan(2000);
  const { id } = await lab.aRun();
  await other.wall.until('wall.run', (news) => (news as { id: string }).id === id);
  expect([...one.wall.ids('wall.run'), ...second.ids('wall.run')]).not.toContain(id);
  await expect(openWall(one.screen).connected()).rejects.toThrow('kiosk.over');
});

test('[LV20] a screen closes with the right of whoever made its link', async () => {
  const { agent } = await accounts(app).anAccount('admin');
  const { id } = await call(agent, identityEndpoints.me, {});
  const { wall } = await aWall({ by: agent });
  await call(await admin(), identityEndpoints.setRole, { id, was: 'admin', role: 'pi' });
  await wall.until('wall.over');
  await expect.poll(() => wall.socket.connected).toBe(false);
});

test('[LV21] from the moment that a project is restricted no screen hears of it, and again when it is for everybody', async () => {
  const project = await lab.aProject();
  const { id: projectId } = project;
  const [all, named] = [await aWall(), await aWall({ projectIds: [projectId] })];
  await restrict(projectId, { version: 0, restricted: true });
  await Promise.all([all.wall.until('wall.changed'), named.wall.until('wall.changed')]);
  const secret = await call(await admin(), runEndpoints.create, { projectId, name: 'Secret' });
  // Whoever made this link chose the project when it was restricted.
  const chosen = await aWall({ projectIds: [projectId] });
  const open = await lab.aRun();
  await start(secret.id);
  await chosen.wall.until('wall.run');
  await all.wall.until('wall.run', (news) => (news as { id: string }).id === open.id);
  expect([all.wall.ids('wall.run').includes(secret.id), named.wall.ids('wall.run')]).toEqual([false, []]);

  await restrict(projectId, { version: 1, restricted: false });
  await call(await admin(), runEndpoints.cancel, { id: secret.id });
  for (const { wall } of [all, named]) {
    await wall.until('wall.run', (news) => (news as { id: string }).id === secret.id);
  }
});
