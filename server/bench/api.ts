// `npm run bench:api`: what it costs to sign in and to be asked who one is, on a store full of what others do. Machines are
// noisy: read the ratios. Option: --seconds N (default 15)
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startEmbeddedMongo } from '@cobench/embedded-mongo';
import { accountEndpoints } from '@cobench/shared/identity/accounts';
import { projectEndpoints } from '@cobench/shared/projects/project';
import { hashPassword } from '../src/features/accounts/password.ts';
import { connectMongo } from '../src/platform/mongo/connect.ts';
import { newId } from '../src/platform/new-id.ts';
import { Agent } from '../test/agent.ts';
import { call } from '../test/call.ts';
import { freePort } from '../test/harness.ts';
import { end, pidOf, started } from './child-server.ts';
import { processLoad } from './process-load.ts';
import { quantiles } from './quantiles.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '15' } } });
const seconds = Number(values.seconds);
const [signInsPerSecond, people, unrelated, reads] = [20, 20, 50_000, 1000];
const password = 'seven wet wafers';
type Row = { _id: string; [field: string]: unknown };
const ms = (value: number): string => `${value.toFixed(2)} ms`;

const directory = await mkdtemp(join(tmpdir(), 'cobench-bench-'));
const engine = await startEmbeddedMongo({ file: join(directory, 'store.db'), port: 0 });
const port = await freePort();
const origin = `http://localhost:${port}`;
const url = Object.assign(new URL(engine.url), { pathname: '/bench' }).href;
const environment = {
  PORT: String(port),
  DATA_DIR: directory,
  MONGODB_URL: url,
  WEB: 'none',
  LOG_LEVEL: 'warn',
  NODE_ENV: 'development',
};
const server = await started([join(import.meta.dirname, '../src/main.ts')], { port, environment });
const admin = await new Agent(origin).signIn('admin@acme.test');
const connection = await connectMongo(url);
await fill();
await measureSignIns();
await measureReads();
await connection.close();
await end(server, 'SIGTERM');
await engine.close();
await rm(directory, { recursive: true, force: true });

/** Runs that nobody here asks for, and people with accounts, in the collections themselves. */
async function fill(): Promise<void> {
  const runs = connection.collection<Row>('runs');
  const template = await runs.findOne({});
  if (!template) throw new Error('The demo has no runs.');
  for (let done = 0; done < unrelated; done += 1000) {
    await runs.insertMany(Array.from({ length: 1000 }, () => ({ ...template, _id: newId() })));
  }
  const passwordHash = await hashPassword(password);
  for (let n = 0; n < people; n++) {
    const [_id, email, name] = [newId(), emailOf(n), `Person ${n}`];
    const createdAt = new Date();
    await connection.collection<Row>('people').insertOne({ _id, realm: 'local', subject: _id, name, email, createdAt });
    await connection.collection<Row>('accounts').insertOne({ _id, email, passwordHash, changedAt: createdAt });
    await connection.collection<Row>('memberships').insertOne({
      _id: newId(),
      orgId: template['orgId'],
      personId: _id,
      role: 'engineer',
      claimedRole: 'engineer',
      source: 'invitation',
      name,
      nameKey: name.toLowerCase(),
      email,
      lastSeenAt: null,
      disabledAt: null,
    });
  }
}

/** An open load: the next one comes at its time, however long the others take. */
async function measureSignIns(): Promise<void> {
  const alone: number[] = [];
  for (let n = 0; n < 10; n++) alone.push(await timed(() => hashPassword(password)));
  const before = processLoad(pidOf(server)).cpuSeconds;
  const took: Promise<number>[] = [];
  const answers: number[] = [];
  const begun = performance.now();
  for (let n = 0; n < signInsPerSecond * seconds; n++) {
    await pause(Math.max(0, begun + (n * 1000) / signInsPerSecond - performance.now()));
    const email = emailOf(n % people);
    took.push(timed(() => call(new Agent(origin), accountEndpoints.signIn, { email, password })));
    // Somebody else's small request in the meantime: is the event loop free?
    if (n % 4 === 0)
      answers.push(await timed(() => fetch(new URL('/healthz', origin)).then((answer) => answer.text())));
  }
  const [p50, p99] = quantiles(await Promise.all(took), [0.5, 0.99]);
  const [idle50, idle99] = quantiles(answers, [0.5, 0.99]);
  const cpu = (processLoad(pidOf(server)).cpuSeconds - before) / took.length;
  const [argon] = quantiles(alone, [0.5]);
  console.log(
    `sign-in with a password, ${signInsPerSecond} a second for ${seconds} s, beside ${unrelated} runs of others: ` +
      `p50 ${ms(p50)}, p99 ${ms(p99)} (wanted: 500); Argon2id alone ${ms(argon)}, p99 is ${(p99 / argon).toFixed(1)} of it`,
  );
  console.log(
    `  processors ${(cpu * 1000).toFixed(0)} ms a sign-in; a small request meanwhile p50 ${ms(idle50)}, p99 ${ms(idle99)}`,
  );
}

/** The same small answer for nobody and for somebody, in turn; and a record that somebody may read, beside the bare query. */
async function measureReads(): Promise<void> {
  const { items } = await call(admin, projectEndpoints.list, {});
  const id = items[0]?.id ?? '';
  const projects = connection.collection<Row>('projects');
  const nobody = new Agent(origin);
  const [open, known, record, query]: number[][] = [[], [], [], []];
  for (let n = 0; n < reads; n++) {
    open?.push(await timed(() => call(nobody, accountEndpoints.methods, {})));
    known?.push(await timed(() => call(admin, accountEndpoints.methods, {})));
    record?.push(await timed(() => call(admin, projectEndpoints.get, { id })));
    query?.push(await timed(() => projects.findOne({ _id: id })));
  }
  const [openP50, knownP50, recordP50, queryP50] = [open, known, record, query].map(
    (sample) => quantiles(sample ?? [], [0.5])[0],
  );
  if (openP50 === undefined || knownP50 === undefined || recordP50 === undefined || queryP50 === undefined) return;
  console.log(
    `a small answer: for nobody ${ms(openP50)}, for somebody ${ms(knownP50)}: who asks costs ${ms(knownP50 - openP50)}`,
  );
  console.log(
    `a record with its rights: ${ms(recordP50)}; the query alone ${ms(queryP50)}, so rights add ${ms(recordP50 - knownP50 - queryP50)}`,
  );
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

function emailOf(number: number): string {
  return `person${number}@bench.test`;
}
