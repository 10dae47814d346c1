import type { NewCalibration } from '@cobench/shared/calibrations/calibration';
import { legalTransitions, runStates, waysOn, type RunState } from '@cobench/shared/runs/life-cycle';
import { NewRun, type Run } from '@cobench/shared/runs/run';
import { NewInstrument } from '@cobench/shared/instruments/instrument';
import { instrumentStanding, type Judged } from '@cobench/shared/calibrations/standing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase } from '../../../test/database.ts';
import { aLeader, runProcess } from '../../../test/run-process.ts';
import { Fault } from '../../platform/fault.ts';
import { createIndexes } from '../../platform/mongo/connect.ts';
import { mongoAudit } from '../audit/index.ts';

/** How many histories are lived through, and from which seed on; each is the same again with the same seed. */
const histories = Number(process.env['RUN_HISTORIES'] ?? 1000);
const firstSeed = Number(process.env['RUN_HISTORY_SEED'] ?? 1);
const lanes = 4;
const minute = 60_000;

type Lane = Awaited<ReturnType<typeof aLane>>;
type Told = { call: string; as: RunState | null; fault: Fault | null; run: Run | null };

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let laboratories: Lane[];

/** Two server processes whose time stands still while calls are under way. */
async function aLane(url: string) {
  let now = Date.parse('2026-06-01T08:00:00.000Z');
  const clock = (): Date => new Date(now);
  const processes = await Promise.all([runProcess(url, clock), runProcess(url, clock)]);
  return { processes, clock, pass: (minutes: number) => void (now += minutes * minute) };
}

beforeAll(async () => {
  database = await openTestDatabase();
  laboratories = await Promise.all(Array.from({ length: lanes }, () => aLane(database.url)));
  for (const { processes } of laboratories.slice(0, 1)) await createIndexes(processes[0].connection);
});
afterAll(async () => {
  await Promise.all(laboratories.flatMap(({ processes }) => processes.map((one) => one.close())));
  await database.close();
});

/** mulberry32: the same numbers for the same seed. */
function diceOf(seed: number): (sides: number) => number {
  let state = seed >>> 0;
  return (sides) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  };
}

/** One run on one instrument: rounds of calls at once from two processes, and what must be true whatever they did. */
async function live(seed: number, lane: Lane): Promise<string[]> {
  const dice = diceOf(seed);
  const leader = { ...aLeader(), role: 'admin' } as const;
  const { orgId } = leader;
  const [first] = lane.processes;
  const anyProcess = () => lane.processes[dice(2)] ?? first;
  const { id: projectId } = await first.projects.create(leader, { name: `History ${seed}`, description: '' });
  const { id: instrumentId } = await first.instruments.create(leader, NewInstrument.parse({ name: `Tool ${seed}` }));
  const certificates: string[] = [];
  let number = 0;

  async function certify(): Promise<null> {
    const at = lane.clock();
    const paper: NewCalibration = {
      number: `C-${number++}`,
      issuer: 'National laboratory',
      performedAt: at.toISOString(),
      validFrom: at.toISOString(),
      expiresAt: new Date(at.getTime() + (1 + dice(10)) * minute).toISOString(),
      timeZone: 'UTC',
      result: dice(5) === 0 ? 'fail' : 'pass',
      note: '',
      measurand: '',
      unit: '',
      budget: [],
    };
    certificates.push((await anyProcess().calibrations.create(leader, { id: instrumentId, ...paper })).id);
    return null;
  }

  if (dice(4) > 0) await certify();
  const made = await first.runs.create(leader, NewRun.parse({ projectId, instrumentId, name: `Run ${seed}` }));
  const { id } = made;
  const told: Told[] = [];

  const reason = 'It was checked against the reference.';
  const batch = () => `batch ${dice(3)}`;
  const report = async (state: 'running' | 'completed' | 'failed'): Promise<null> => {
    const { runs } = anyProcess();
    await runs.record(leader, { id, batch: batch(), events: [{ kind: 'state', state, reason: '' }] });
    return null;
  };
  const calls: Record<string, () => [as: RunState | null, call: Promise<Run | null>]> = {
    start: () => ['running', anyProcess().runs.start(leader, { id })],
    complete: () => ['completed', anyProcess().runs.finish(leader, { id, outcome: 'completed', reason: '' })],
    fail: () => ['failed', anyProcess().runs.finish(leader, { id, outcome: 'failed', reason: 'Plasma went out' })],
    cancel: () => ['cancelled', anyProcess().runs.cancel(leader, { id, reason: 'Stop' })],
    unblock: () => ['queued', anyProcess().runs.unblock(leader, { id })],
    override: () => ['queued', anyProcess().runs.override(leader, { id, reason })],
    'report start': () => [null, report('running')],
    'report end': () => [null, report(dice(2) === 0 ? 'completed' : 'failed')],
    certify: () => [null, certify()],
    revoke: () => {
      const certificate = certificates.at(dice(certificates.length));
      const revoked = certificate && anyProcess().calibrations.revoke(leader, { id: certificate, reason });
      return [null, Promise.resolve(revoked).then(() => null)];
    },
    'say how it is': () => {
      const state = (['up', 'down', 'maintenance'] as const)[dice(3)] ?? 'up';
      const said = anyProcess().maintenance.setState(leader, { id: instrumentId, state, reason: 'Looked at it' });
      return [null, said.then(() => null)];
    },
  };
  const names = Object.keys(calls);

  for (let round = 0; round < 3; round++) {
    const now = Array.from({ length: 1 + dice(3) }, () => names[dice(names.length)] ?? 'start');
    await Promise.all(
      now.map(async (call) => {
        const [as, answer] = calls[call]?.() ?? [null, Promise.resolve(null)];
        told.push(
          await answer.then(
            (run) => ({ call, as, run, fault: null }),
            (fault: unknown) => ({ call, as, run: null, fault: faultOf(fault) }),
          ),
        );
      }),
    );
    lane.pass(dice(6));
  }
  return wrongWith({ made, told, lane, leader, instrumentId, orgId });
}

function faultOf(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  throw thrown;
}

type Lived = {
  made: Run;
  told: readonly Told[];
  lane: Lane;
  leader: ReturnType<typeof aLeader>;
  instrumentId: string;
  orgId: string;
};

/** What is not as it must be; empty where all is well. */
async function wrongWith({ made, told, lane, leader, instrumentId, orgId }: Lived): Promise<string[]> {
  const [{ runs, connection }] = lane.processes;
  const run = await runs.get(leader, { id: made.id });
  const { items } = await runs.events(leader, { id: made.id, after: 0, limit: 1000 });
  const changes = items.flatMap((event) => (event.kind === 'state' ? [event] : []));
  const states = changes.map(({ state }) => state);
  const path = [made.state, ...states];
  const problems: string[] = [];
  const must = (holds: boolean, what: string): void => void (holds || problems.push(what));

  must(
    path.every((state, i) => i === 0 || legalTransitions(path[i - 1] ?? state).includes(state)),
    `its states are a legal way: ${path.join(' → ')}`,
  );
  must(run.state === path.at(-1), `it is what its history ends with: ${run.state}`);
  must(
    items.every(({ seq }, i) => seq === i + 1) && run.lastSeq === items.length,
    'its events are numbered without gaps',
  );
  must((run.state === 'blocked') === (run.lockOut !== null), 'it is locked out where it is blocked, and nowhere else');
  must((run.startedAt !== null) === states.includes('running'), 'it has started where its history says so');
  must(
    (run.finishedAt !== null) === (legalTransitions(run.state).length === 0),
    'it has ended where its state says so',
  );
  for (const state of ['running', 'completed', 'failed', 'cancelled', 'queued'] as const) {
    const done = told.filter(({ as, run: answer }) => as === state && answer !== null).length;
    const reports = told.some(({ call, fault }) => call.startsWith('report') && fault === null);
    const written = states.filter((one) => one === state).length;
    must(
      reports ? written >= done : written === done,
      `${done} calls were told that it is ${state}; ${written} were written`,
    );
  }
  for (const { call, fault } of told) {
    if (!fault || call === 'certify' || call === 'revoke') continue;
    const named = runStates.some((state) => fault.detail?.includes(waysOn(state)));
    must(
      fault.code === 'instrument.locked-out' ? fault.detail !== undefined : fault.code === 'state.conflict' && named,
      `${call} was refused with words: ${fault.code}, ${fault.detail}`,
    );
  }
  for (const problem of await startsThatMayNotBe({ run, connection, orgId, instrumentId })) problems.push(problem);
  return problems;
}

type Place = { run: Run; connection: Lane['processes'][0]['connection']; orgId: string; instrumentId: string };

/** Reads the trail from its beginning: at each start its instrument was up and calibrated, or somebody answered for it. */
async function startsThatMayNotBe({ run, connection, orgId, instrumentId }: Place): Promise<string[]> {
  const certificates = new Map<string, Judged>();
  let state = 'up';
  const problems: string[] = [];
  for await (const { action, outcome, record, after, at } of mongoAudit(connection).each(orgId, {})) {
    if (outcome !== 'done') continue;
    const now = JSON.parse(after ?? '{}') as Record<string, unknown>;
    if (action.startsWith('calibration.')) {
      certificates.set(record.id, { ...certificates.get(record.id), ...now } as Judged);
    }
    if (action === 'instrument.report' && record.id === instrumentId && typeof now['state'] === 'string') {
      ({ state } = now as { state: string });
    }
    if (action !== 'run.start') continue;
    const { standing, deciding } = instrumentStanding([...certificates.values()], at);
    const answeredFor = run.overrides.some(
      ({ lockOut }) => lockOut.cause === standing && lockOut.calibrationId === (deciding?.id ?? null),
    );
    if (state !== 'up') problems.push(`it was started on an instrument that is ${state}`);
    if (standing !== 'valid' && !answeredFor) problems.push(`it was started on a calibration that is ${standing}`);
  }
  return problems;
}

test(`whatever is called at once, ${histories} histories of runs keep to the rules`, { timeout: 600_000 }, async () => {
  const wrong: string[] = [];
  await Promise.all(
    laboratories.map(async (lane, at) => {
      for (let seed = firstSeed + at; seed < firstSeed + histories; seed += lanes) {
        for (const problem of await live(seed, lane)) wrong.push(`history ${seed}: ${problem}`);
      }
    }),
  );
  expect(wrong).toEqual([]);
});

test.each(runStates)('what a run that is %s does not allow is refused, with what it does', async (state) => {
  const [lane] = laboratories;
  const { runs, maintenance, ...process } = lane!.processes[0];
  const leader = { ...aLeader(), role: 'admin' } as const;
  const { id: projectId } = await process.projects.create(leader, { name: 'Ways', description: '' });
  const tool = NewInstrument.parse({ name: 'Tool', calibrationRequired: false });
  const { id: instrumentId } = await process.instruments.create(leader, tool);
  if (state === 'blocked') await maintenance.setState(leader, { id: instrumentId, state: 'down', reason: 'Leak' });
  const on = state === 'queued' || state === 'blocked' ? instrumentId : null;
  const { id } = await runs.create(leader, NewRun.parse({ projectId, instrumentId: on, name: 'Run' }));
  if (legalTransitions('running').includes(state) || state === 'running') await runs.start(leader, { id });
  if (state === 'completed' || state === 'failed') await runs.finish(leader, { id, outcome: state, reason: '' });
  if (state === 'cancelled') await runs.cancel(leader, { id, reason: '' });
  expect((await runs.get(leader, { id })).state).toBe(state);
  const ways = {
    running: () => runs.start(leader, { id }),
    completed: () => runs.finish(leader, { id, outcome: 'completed', reason: '' }),
    failed: () => runs.finish(leader, { id, outcome: 'failed', reason: '' }),
    cancelled: () => runs.cancel(leader, { id, reason: '' }),
    queued: () => runs.unblock(leader, { id }),
  };
  for (const [to, go] of Object.entries(ways)) {
    if (legalTransitions(state).includes(to as RunState)) continue;
    await expect(go(), to).rejects.toMatchObject({ code: 'state.conflict', detail: waysOn(state) });
  }
  expect(await runs.get(leader, { id })).toMatchObject({ state });
});
