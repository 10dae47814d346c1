import { NewRun } from '@cobench/shared/runs/run';
import { NewSeries } from '@cobench/shared/series/series';
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReportedEvent } from '@cobench/shared/runs/run-event';
import type { Actor } from '../platform/access.ts';
import type { Services } from '../services.ts';
import { fillCalibrations } from './calibrations.ts';
import { fillCharts } from './fill-charts.ts';
import { fillFiles } from './files.ts';
import { demoContent, type DemoOrganisation } from './content.ts';
import { noise } from './noise.ts';
import { demoPeople, demoRealm } from './people.ts';
import { demoRuns, demoSeries, reportOf } from './runs.ts';
import { toolProfiles } from './tools.ts';

const day = 86_400_000;
const eventsInABatch = 30;

/** Services whose time the demo sets, so that its past looks like one. */
export type DemoServices = { services: Services; setTime(at: Date): void };
type Options = DemoServices & { now: Date; dataDir: string };

/** What `npm run demo:instruments` needs to know: a key, and the runs that wait for their tool. */
export type DemoIngest = { key: string; runs: { id: string; name: string; profile: string }[] };

/**
 * Fills an empty store with two laboratories at work. It goes through the same services as everybody, so that limits,
 * alerts and histories are the product's own. A store that has the demo's people already is left alone.
 */
export async function fillDemo(options: Options): Promise<void> {
  const { identity } = options.services;
  const [first] = demoPeople;
  if (first && (await identity.findBySubject({ realm: demoRealm, subject: first.subject }))) return;
  const waiting: DemoIngest[] = [];
  for (const organisation of demoContent) waiting.push(await fillOrganisation(organisation, options));
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  await writeFile(join(options.dataDir, 'demo-ingest.json'), `${JSON.stringify(waiting)}\n`, { mode: 0o600 });
}

async function fillOrganisation(content: DemoOrganisation, options: Options): Promise<DemoIngest> {
  const { services, setTime, now } = options;
  const { projects, instruments, entries, series } = services;
  setTime(new Date(now.getTime() - 30 * day));
  const people = await peopleOf(content, services);
  const [engineer, admin] = [role(people, 'engineer'), role(people, 'admin')];

  const instrumentIds = new Map<string, string>();
  for (const instrument of content.instruments) {
    instrumentIds.set(
      instrument.name,
      (await instruments.create(engineer, { calibrationRequired: true, ...instrument, ownerId: null })).id,
    );
  }
  await fillCalibrations(services, { actor: engineer, now, instrumentIds });
  const projectIds = new Map<string, string>();
  for (const { name, description, entries: pages } of content.projects) {
    const { id: projectId } = await projects.create(engineer, { name, description });
    projectIds.set(name, projectId);
    for (const { title, file } of pages) {
      setTime(new Date(now.getTime() - 2 * day));
      const markdown = await readFile(new URL(`entries/${file}`, import.meta.url), 'utf8');
      await entries.create(engineer, { projectId, title, markdown });
    }
  }
  for (const { tool, ...chart } of demoSeries) {
    const [projectId, instrumentId] = [
      projectIds.get(toolProfiles[tool].project),
      instrumentIds.get(toolProfiles[tool].instrument),
    ];
    if (projectId && instrumentId) {
      const { metric, ...rest } = chart;
      const source = { from: 'metric', metric, instrumentId } as const;
      await series.create(engineer, NewSeries.parse({ ...rest, projectId, source }));
    }
  }
  const runs = await fillRuns({ ...options, actor: role(people, 'technician'), projectIds, instrumentIds });
  const workers = { engineer, technician: role(people, 'technician'), pi: role(people, 'pi') };
  await fillCharts({ ...options, projectIds, instrumentIds, people: workers });
  setTime(new Date(now.getTime() - day / 4));
  await fillFiles(services, { actor: engineer, projectIds });
  const { secret: key } = await services.identity.keys.create(admin, { name: 'Demo instruments', expiresInDays: 365 });
  return { key, runs };
}

type RunOptions = Options & {
  actor: Actor;
  projectIds: ReadonlyMap<string, string>;
  instrumentIds: ReadonlyMap<string, string>;
};

/** Plays the runs of the past, oldest first; answers those that wait for their tool. */
async function fillRuns({
  services,
  setTime,
  now,
  actor,
  projectIds,
  instrumentIds,
}: RunOptions): Promise<DemoIngest['runs']> {
  const random = noise(20_261_121);
  const waiting: DemoIngest['runs'] = [];
  for (const run of demoRuns.toSorted((a, b) => b.daysAgo - a.daysAgo)) {
    const { project, instrument } = toolProfiles[run.tool];
    const [projectId, instrumentId] = [projectIds.get(project), instrumentIds.get(instrument)];
    if (!projectId || !instrumentId) continue;
    const startedAt = new Date(now.getTime() - run.daysAgo * day);
    setTime(startedAt);
    const { name, description } = run;
    const { id } = await services.runs.create(actor, NewRun.parse({ projectId, instrumentId, name, description }));
    if (run.end === 'waiting') waiting.push({ id, name, profile: run.tool });
    else if (run.end !== 'planned')
      await play({ id, reports: reportOf(run, startedAt, random) }, { services, setTime, actor });
  }
  return waiting;
}

type Player = DemoServices & { actor: Actor };

/** As the tool would have sent it: the start, then batch after batch, each when its last event was seen. */
async function play(
  run: { id: string; reports: ReportedEvent[] },
  { services, setTime, actor }: Player,
): Promise<void> {
  const [start, ...rest] = run.reports;
  const batches = [start ? [start] : []];
  while (rest.length > 0) batches.push(rest.splice(0, eventsInABatch));
  for (const events of batches) {
    const seenAt = events.at(-1)?.observedAt;
    if (seenAt !== undefined) setTime(new Date(seenAt));
    await services.runs.record(actor, { id: run.id, batch: randomUUID(), events });
  }
}

async function peopleOf(content: DemoOrganisation, { identity }: Services): Promise<Actor[]> {
  const people: Actor[] = [];
  for (const { subject, name, email, organisation, role: their } of demoPeople) {
    if (organisation.slug !== content.slug) continue;
    const memberships = [{ organisation, role: their }];
    const made = await identity.provision({ realm: demoRealm, subject, name, email, memberships });
    const orgId = made?.orgIds[0];
    if (!made || orgId === undefined) throw new Error(`The demo has no place for ${email}.`);
    const hidden = new Set<string>();
    people.push({
      personId: made.personId,
      name,
      orgId,
      hidden,
      role: their,
      via: { kind: 'session', sessionId: 'demo' },
    });
  }
  return people;
}

function role(people: readonly Actor[], wanted: Actor['role']): Actor {
  const found = people.find((person) => person.role === wanted);
  if (!found) throw new Error(`The demo has no ${wanted}.`);
  return found;
}
