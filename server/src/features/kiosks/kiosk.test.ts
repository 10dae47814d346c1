import { identityEndpoints } from '@cobench/shared/identity/identity';
import { instrumentEndpoints } from '@cobench/shared/instruments/instrument';
import { kioskEndpoints, type Kiosk } from '@cobench/shared/kiosks/kiosk';
import { wallEndpoints } from '@cobench/shared/kiosks/wall';
import { projectEndpoints } from '@cobench/shared/projects/project';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accounts } from '../../../test/accounts.ts';
import { Agent } from '../../../test/agent.ts';
import { call, refusal } from '../../../test/call.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory, measured, nobodysId, record } from '../../../test/laboratory.ts';

let time = new Date('2026-11-21T08:00:00.000Z');
let app: TestApp;
let lab: ReturnType<typeof laboratory>;
beforeAll(async () => {
  app = await startTestApp({ clock: () => time });
  lab = laboratory(app);
});
afterAll(() => app.close());

const admin = () => app.as('admin@acme.test');
const aKiosk = async (over: { projectIds?: string[]; expiresInDays?: number } = {}) =>
  call(await admin(), kioskEndpoints.create, { name: 'Clean room wall', ...over });

/** A screen that was opened with a link, in a browser of its own. */
async function aScreen({ secret }: { secret: string }): Promise<Agent> {
  const screen = new Agent(app.origin, 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0');
  await call(screen, wallEndpoints.open, { secret });
  return screen;
}
const wallOn = (screen: Agent) => call(screen, wallEndpoints.read, {});
const runsOn = async (screen: Agent) => (await wallOn(screen)).runs.map(({ id }) => id);

test('a screen shows what runs, with its organisation and its own name, and no names of people', async () => {
  const running = await lab.aRunningRun({ name: 'Etch 7', description: 'for Ann' });
  const screen = await aScreen(await aKiosk());
  const wall = await wallOn(screen);
  expect(wall).toMatchObject({ organisation: 'Acme Labs', name: 'Clean room wall', projects: null });
  expect(wall.runs.find(({ id }) => id === running.id)).toMatchObject({ name: 'Etch 7', state: 'running' });
  expect(JSON.stringify(wall)).not.toContain(running.createdByName);
  expect(JSON.stringify(wall)).not.toContain('for Ann');
});

test('what ended stays for two hours; what is open or waits is always there', async () => {
  const technician = await app.as('technician@acme.test');
  const [waits, ends] = [await lab.aRun(), await lab.aRunningRun()];
  await call(technician, runEndpoints.finish, { id: ends.id, outcome: 'failed', reason: 'No plasma' });
  const screen = await aScreen(await aKiosk());
  expect(await runsOn(screen)).toEqual(expect.arrayContaining([waits.id, ends.id]));
  const before = time;
  time = new Date(time.getTime() + 2 * 3_600_000 + 1);
  const later = await runsOn(screen);
  time = before;
  expect([later.includes(waits.id), later.includes(ends.id)]).toEqual([true, false]);
});

test('alerts that nobody has acknowledged are on it', async () => {
  const { projectId, name } = await lab.aSeries();
  const { id } = await lab.aRunningRun({ projectId });
  await record(await lab.aMachine(), id, measured([99]));
  const { alerts } = await wallOn(await aScreen(await aKiosk({ projectIds: [projectId] })));
  expect(alerts).toMatchObject([{ seriesName: name, projectId, value: 99, state: 'open' }]);
});

test('tools that cannot be used are on it, and why in a word', async () => {
  const [down, uncalibrated] = [await lab.anInstrument(), await lab.anInstrument({ calibrationRequired: true })];
  await lab.anInstrument({ calibrationRequired: false });
  const state = { id: down.id, state: 'down', reason: 'Pump' } as const;
  await call(await app.as('engineer@acme.test'), instrumentEndpoints.setState, state);
  const { instruments } = await wallOn(await aScreen(await aKiosk()));
  expect(instruments).toEqual(
    expect.arrayContaining([
      { id: down.id, name: down.name, why: 'Out of order' },
      { id: uncalibrated.id, name: uncalibrated.name, why: 'Has no calibration' },
    ]),
  );
});

test('a link to chosen projects shows those and no others, also when others are made later', async () => {
  const [chosen, other] = [await lab.aProject(), await lab.aProject()];
  const [shown, hidden] = [await lab.aRun({ projectId: chosen.id }), await lab.aRun({ projectId: other.id })];
  const screen = await aScreen(await aKiosk({ projectIds: [chosen.id] }));
  const later = await lab.aRun();
  const wall = await wallOn(screen);
  expect(wall.projects).toEqual([{ id: chosen.id, name: chosen.name }]);
  expect(wall.runs.map(({ id }) => id)).toEqual([shown.id]);
  expect(JSON.stringify(wall)).not.toMatch(new RegExp(`${hidden.id}|${later.id}`));
});

test('restricted projects are hidden, but for those that an administrator chose when they were restricted', async () => {
  const restrict = async (project: { id: string }, version = 0) =>
    call(await admin(), projectEndpoints.restrict, { id: project.id, version, restricted: true });
  const [before, after] = [await lab.aProject(), await lab.aProject()];
  await restrict(before);
  const projectIds = [before.id, after.id];
  const runs = [await lab.aRun({ projectId: after.id })];
  const run = await call(await admin(), runEndpoints.create, { projectId: before.id, name: 'Secret' });
  const [all, both] = [await aScreen(await aKiosk()), await aScreen(await aKiosk({ projectIds }))];
  expect(await runsOn(all)).not.toContain(run.id);
  expect((await runsOn(both)).toSorted()).toEqual([run.id, ...runs.map(({ id }) => id)].toSorted());
  // Whoever restricts a project afterwards may not know of the wall.
  await restrict(after);
  expect(await runsOn(both)).toEqual([run.id]);
  expect((await wallOn(both)).projects).toEqual([{ id: before.id, name: before.name }]);
  expect(await runsOn(all)).not.toContain(runs[0]?.id);
});

test('a link that was taken back opens nothing, and its screens say so; a second time changes nothing', async () => {
  const kiosk = await aKiosk();
  const screen = await aScreen(kiosk);
  const revoked = await call(await admin(), kioskEndpoints.revoke, { id: kiosk.id });
  time = new Date(time.getTime() + 1000);
  expect(await call(await admin(), kioskEndpoints.revoke, { id: kiosk.id })).toEqual(revoked);
  const over = { type: 'kiosk.over', status: 403, detail: 'This link was taken back.' };
  expect(await refusal(screen, wallEndpoints.read, {})).toMatchObject(over);
  expect(await refusal(new Agent(app.origin), wallEndpoints.open, { secret: kiosk.secret })).toMatchObject(over);
});

test('a link ends on its day, and with the right of whoever made it', async () => {
  const expiring = await aScreen(await aKiosk({ expiresInDays: 1 }));
  const before = time;
  time = new Date(time.getTime() + 86_400_000);
  const late = await refusal(expiring, wallEndpoints.read, {});
  time = before;
  expect(late).toMatchObject({ type: 'kiosk.over', detail: 'This link has expired.' });

  const { agent } = await accounts(app).anAccount('admin');
  const { id } = await call(agent, identityEndpoints.me, {});
  const screen = await aScreen(await call(agent, kioskEndpoints.create, { name: 'Of somebody who leaves' }));
  expect((await wallOn(screen)).name).toBe('Of somebody who leaves');
  await call(await admin(), identityEndpoints.setRole, { id, was: 'admin', role: 'pi' });
  expect(await refusal(screen, wallEndpoints.read, {})).toMatchObject({ type: 'kiosk.over' });
});

test('administrators see which links are on screens now; a screen that opens its link again stays one', async () => {
  const kiosk = await aKiosk();
  const screen = await aScreen(kiosk);
  await aScreen(kiosk);
  await call(screen, wallEndpoints.open, { secret: kiosk.secret });
  const listed = async () =>
    (await call(await admin(), kioskEndpoints.list, {})).items.find(({ id }) => id === kiosk.id);
  expect(await listed()).toMatchObject({ screens: 2, createdByName: expect.any(String) });
  const before = time;
  time = new Date(time.getTime() + 4 * 60_000);
  await wallOn(screen);
  expect(await listed()).toMatchObject({ screens: 1, lastSeenAt: time.toISOString() });
  time = before;
});

test('the store holds neither the secret of a link nor what the cookie of a screen holds', async () => {
  const kiosk = await aKiosk();
  const screen = await aScreen(kiosk);
  const cookie = screen.cookieNamed('cobench.screen') ?? '';
  expect([kiosk.secret, cookie]).toEqual([expect.stringMatching(/^cbl_.{43}$/), expect.stringMatching(/^cbs_.{43}$/)]);
  const names = ['kiosks', 'kioskScreens', 'audit'];
  const kept = await Promise.all(names.map((name) => app.connection.collection(name).find().toArray()));
  expect(kept.every((rows) => rows.length > 0)).toBe(true);
  for (const secret of [kiosk.secret, cookie]) expect(JSON.stringify(kept)).not.toContain(secret.slice(4));
});

test('the cookie of a screen is for our own pages and no script; answers are kept nowhere', async () => {
  const { secret } = await aKiosk();
  const opened = await new Agent(app.origin).post('/api/v1/wall/open', { secret });
  const [cookie] = opened.headers.getSetCookie();
  expect(cookie).toMatch(/^cobench\.screen=.*HttpOnly; SameSite=Strict$/);
  const read = await (await aScreen({ secret })).get('/api/v1/wall');
  expect(read.headers.get('cache-control')).toBe('no-store');
});

test('opening and taking back is in the audit trail, with the screen and without a secret', async () => {
  const kiosk = await aKiosk();
  await aScreen(kiosk);
  await call(await admin(), kioskEndpoints.revoke, { id: kiosk.id });
  const entries = await app.connection.collection('audit').find({ 'record.id': kiosk.id }).sort({ seq: 1 }).toArray();
  expect(entries.map(({ action, by }) => [action, (by as { kind: string }).kind])).toEqual([
    ['kiosk.create', 'person'],
    ['kiosk.open', 'visitor'],
    ['kiosk.revoke', 'person'],
  ]);
  expect(JSON.stringify(entries[1])).toContain('Firefox on Linux');
});

test('a project that does not exist for whoever makes the link is named', async () => {
  const problem = await refusal(await admin(), kioskEndpoints.create, { name: 'x', projectIds: [nobodysId] });
  expect(problem.errors).toMatchObject([{ pointer: '/projectIds' }]);
});

test('what is no secret of a link opens nothing', async () => {
  const kiosk: Kiosk & { secret: string } = await aKiosk();
  const cookie = (await aScreen(kiosk)).cookieNamed('cobench.screen') ?? '';
  for (const secret of ['', kiosk.id, cookie, `${kiosk.secret}x`, kiosk.secret.replace('cbl_', 'cbs_')]) {
    expect(await refusal(new Agent(app.origin), wallEndpoints.open, { secret })).toMatchObject({ type: 'kiosk.over' });
  }
  const screen = new Agent(app.origin);
  screen.setCookie('cobench.screen', kiosk.secret);
  expect(await refusal(screen, wallEndpoints.read, {})).toMatchObject({ type: 'kiosk.over' });
});
