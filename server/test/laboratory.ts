import type { Calibration } from '@cobench/shared/calibrations/calibration';
import { calibrationEndpoints } from '@cobench/shared/calibrations/endpoints';
import { bookingEndpoints, type Booking, type NewBooking } from '@cobench/shared/bookings/booking';
import { fileEndpoints } from '@cobench/shared/files/endpoints';
import type { DataFile } from '@cobench/shared/files/file';
import type { NewUpload } from '@cobench/shared/files/upload';
import { identityEndpoints } from '@cobench/shared/identity/identity';
import { instrumentEndpoints, type Instrument } from '@cobench/shared/instruments/instrument';
import { projectEndpoints, type Project } from '@cobench/shared/projects/project';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import type { ReportedEvent } from '@cobench/shared/runs/run-event';
import type { NewRun, Run } from '@cobench/shared/runs/run';
import { seriesEndpoints } from '@cobench/shared/series/endpoints';
import type { NewSeries, Series } from '@cobench/shared/series/series';
import { ruleSets } from '@cobench/shared/spc/rule-sets';
import type { z } from 'zod';
import { bodyOf, call, type Caller } from './call.ts';
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

  /** A certificate that is valid for a year, unless told otherwise. */
  async function aCalibration(
    instrumentId: string,
    over: Omit<Partial<z.input<typeof calibrationEndpoints.create.input>>, 'id'> = {},
  ): Promise<Calibration> {
    return call(await engineer(), calibrationEndpoints.create, {
      number: fresh('C'),
      issuer: 'National laboratory',
      performedAt: daysFromNow(-1),
      validFrom: over.performedAt ?? daysFromNow(-1),
      expiresAt: daysFromNow(364),
      result: 'pass',
      ...over,
      id: instrumentId,
    });
  }

  /** An instrument that may be used. */
  async function aCalibratedInstrument(over: Parameters<typeof anInstrument>[0] = {}): Promise<Instrument> {
    const instrument = await anInstrument(over);
    await aCalibration(instrument.id);
    return instrument;
  }

  async function aRun(over: Given<typeof NewRun> = {}): Promise<Run> {
    const projectId = over.projectId ?? (await aProject()).id;
    return call(await technician(), runEndpoints.create, { name: fresh('Run'), ...over, projectId });
  }

  async function aRunningRun(over: Given<typeof NewRun> = {}): Promise<Run> {
    const { id } = await aRun(over);
    return call(await technician(), runEndpoints.start, { id });
  }

  /** Two hours of tomorrow on an instrument of its own, booked by the technician, unless told otherwise. */
  async function aBooking(over: Given<typeof NewBooking> = {}): Promise<Booking> {
    const instrumentId = over.instrumentId ?? (await anInstrument({ calibrationRequired: false })).id;
    const booking = { title: fresh('Booking'), ...tomorrow(), ...over, instrumentId };
    const { items } = await call(await technician(), bookingEndpoints.create, booking);
    if (!items[0]) throw new Error('Nothing was booked.');
    return items[0];
  }

  const tomorrow = () => {
    const begin = Date.now() + 86_400_000;
    return { from: new Date(begin).toISOString(), to: new Date(begin + 7_200_000).toISOString() };
  };

  /** An individuals chart of the metric `x`, centre 10 and sigma 1, unless told otherwise. */
  async function aSeries(over: Given<typeof NewSeries> = {}): Promise<Series> {
    const projectId = over.projectId ?? (await aProject()).id;
    return call(await engineer(), seriesEndpoints.create, {
      name: fresh('Series'),
      source: { from: 'metric', metric: 'x' },
      limits: { from: 'given', center: 10, sigma: 1 },
      ...over,
      projectId,
    });
  }

  /** A file of the engineer in a project of its own, unless told otherwise. */
  async function aFile({
    bytes = aPdf,
    ...over
  }: Given<typeof NewUpload> & { bytes?: Uint8Array } = {}): Promise<DataFile> {
    const projectId = over.projectId ?? (await aProject()).id;
    const form = { filename: fresh('File'), ...over, projectId, file: bytes };
    return call(await engineer(), fileEndpoints.create, form);
  }

  /** A machine of the laboratory, with a key of its own. */
  async function aMachine(): Promise<Caller> {
    const admin = await app.as(`admin@${company}`);
    const { secret } = await call(admin, identityEndpoints.createApiKey, { name: fresh('Key') });
    return {
      send: (method, path, body) =>
        fetch(new URL(path, app.origin), {
          method,
          ...bodyOf(body),
          headers: { authorization: `Bearer ${secret}`, ...bodyOf(body).headers },
        }),
    };
  }

  const instruments = { anInstrument, aCalibration, aCalibratedInstrument, aBooking, tomorrow };
  return { ...instruments, aProject, aRun, aRunningRun, aSeries, aFile, aMachine };
}

const daysFromNow = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();

/** Measurements of one metric, as an instrument reports them. */
export const measured = (values: readonly number[], name = 'x'): ReportedEvent[] =>
  values.map((value) => ({ kind: 'metric', name, value, unit: '' }));

/** Sends measurements to a run as one batch. */
export function record(caller: Caller, id: string, events: ReportedEvent[], batch = fresh('batch')) {
  return call(caller, runEndpoints.record, { id, batch, events });
}

/** What is by its first bytes a PDF. */
export const aPdf = Buffer.from('%PDF-1.7\n%âãÏÓ\n1 0 obj\n<< >>\nendobj\n%%EOF\n', 'latin1');

/** A picture of one pixel. */
export const aPng = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** Rules of Western Electric by their names. */
export const rulesOf = (...ids: string[]) => ruleSets['western-electric'].filter(({ id }) => ids.includes(id));

/** An id that names nothing. */
export const nobodysId = '01900000-0000-7000-8000-000000000000';
