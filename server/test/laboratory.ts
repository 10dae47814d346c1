import { identityEndpoints } from '@cobench/shared/identity/identity';
import { instrumentEndpoints, type Instrument } from '@cobench/shared/instruments/instrument';
import { projectEndpoints, type Project } from '@cobench/shared/projects/project';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import type { ReportedEvent } from '@cobench/shared/runs/run-event';
import type { NewRun, Run } from '@cobench/shared/runs/run';
import { seriesEndpoints, type NewSeries, type Series } from '@cobench/shared/series/series';
import type { z } from 'zod';
import { call, type Caller } from './call.ts';
import type { TestApp } from './harness.ts';

type Given<T extends z.ZodType> = Partial<z.input<T>>;
let serial = 0;
/** A name nobody has yet. */
const fresh = (what: string): string => `${what} ${++serial}`;

/** Things a laboratory has, made through the API by people who may; what is not named is ordinary. */
export function laboratory(app: TestApp, company = 'acme.test') {
  const engineer = () => app.as(`engineer@${company}`);
  const technician = () => app.as(`technician@${company}`);

  async function aProject(over: { name?: string } = {}): Promise<Project> {
    return call(await engineer(), projectEndpoints.create, { name: fresh('Project'), ...over });
  }

  async function anInstrument(
    over: Partial<z.input<typeof instrumentEndpoints.create.input>> = {},
  ): Promise<Instrument> {
    return call(await engineer(), instrumentEndpoints.create, { name: fresh('Instrument'), ...over });
  }

  async function aRun(over: Given<typeof NewRun> = {}): Promise<Run> {
    const projectId = over.projectId ?? (await aProject()).id;
    return call(await technician(), runEndpoints.create, { name: fresh('Run'), ...over, projectId });
  }

  async function aRunningRun(over: Given<typeof NewRun> = {}): Promise<Run> {
    const { id } = await aRun(over);
    return call(await technician(), runEndpoints.start, { id });
  }

  /** An individuals chart of the metric `x`, centre 10 and sigma 1, unless told otherwise. */
  async function aSeries(over: Given<typeof NewSeries> = {}): Promise<Series> {
    const projectId = over.projectId ?? (await aProject()).id;
    const limitSource = { from: 'given', center: 10, sigma: 1 } as const;
    return call(await engineer(), seriesEndpoints.create, {
      name: fresh('Series'),
      metric: 'x',
      limitSource,
      ...over,
      projectId,
    });
  }

  /** A machine of the laboratory, with a key of its own. */
  async function aMachine(): Promise<Caller> {
    const admin = await app.as(`admin@${company}`);
    const { secret } = await call(admin, identityEndpoints.createApiKey, { name: fresh('Key') });
    return {
      send: (method, path, body) =>
        fetch(new URL(path, app.origin), {
          method,
          headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        }),
    };
  }

  return { aProject, anInstrument, aRun, aRunningRun, aSeries, aMachine };
}

/** Measurements of one metric, as an instrument reports them. */
export const measured = (values: readonly number[], name = 'x'): ReportedEvent[] =>
  values.map((value) => ({ kind: 'metric', name, value, unit: '' }));

/** Sends measurements to a run as one batch. */
export function record(caller: Caller, id: string, events: ReportedEvent[], batch = fresh('batch')) {
  return call(caller, runEndpoints.record, { id, batch, events });
}

/** An id that names nothing. */
export const nobodysId = '01900000-0000-7000-8000-000000000000';
