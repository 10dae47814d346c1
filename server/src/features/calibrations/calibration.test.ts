import { calibrationEndpoints } from '@cobench/shared/calibrations/endpoints';
import { instrumentEndpoints } from '@cobench/shared/instruments/instrument';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { call, refusal } from '../../../test/call.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory } from '../../../test/laboratory.ts';

const { create, due, expire, get, list, revoke, status } = calibrationEndpoints;
const minute = 60_000;
const start = Date.now();
let time = start;
let app: TestApp;
beforeAll(async () => void (app = await startTestApp({ clock: () => new Date(time) })));
beforeEach(() => void (time = start));
afterAll(() => app.close());

const lab = () => laboratory(app);
/** So many minutes after the test began. */
const inMinutes = (minutes: number, milliseconds = 0): string =>
  new Date(start + minutes * minute + milliseconds).toISOString();
const day = (instant: string): string =>
  new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(instant),
  );
const as = (role: string) => app.as(`${role}@acme.test`);
const statusOf = async ({ id }: { id: string }) => call(await as('viewer'), status, { id });

/** A certificate as an engineer reads it off the paper. */
const paper = {
  number: 'C-2026-114',
  issuer: 'National laboratory',
  performedAt: '2026-01-05T00:00:00.000Z',
  validFrom: '2026-01-06T00:00:00.000Z',
  expiresAt: '2030-01-06T00:00:00.000Z',
  result: 'pass',
} as const;

test('an engineer records a certificate with its budget, and everybody reads what it comes to', async () => {
  const { id } = await lab().anInstrument();
  const row = { source: 'Standard', type: 'B', distribution: 'normal', degreesOfFreedom: 4 } as const;
  const budget = [
    { ...row, value: 6, divisor: 2 },
    { ...row, source: 'Reading', distribution: 'rectangular', value: 4 * Math.sqrt(3) } as const,
  ];
  const made = await call(await as('engineer'), create, { ...paper, id, measurand: 'Pressure', unit: 'mTorr', budget });
  expect(made).toMatchObject({ ...paper, instrumentId: id, standing: 'valid', file: null, timeZone: 'UTC' });
  expect(made.uncertainty?.combined).toBeCloseTo(5, 10);
  expect(made.uncertainty?.degreesOfFreedom).toBeCloseTo(625 / ((81 + 256) / 4), 6);
  // Seven whole degrees of freedom: 2.43, says Table G.2 of the GUM.
  expect(made.uncertainty?.coverageFactor).toBeCloseTo(2.43, 2);
  expect(made.uncertainty?.expanded).toBeCloseTo(5 * Number(made.uncertainty?.coverageFactor), 10);
  const { items } = await call(await as('viewer'), list, { id });
  expect(items).toEqual([made]);
  expect(await call(await as('viewer'), get, { id: made.id })).toEqual(made);
});

test('the last performed comes first, page by page', async () => {
  const { id } = await lab().anInstrument();
  for (const performedAt of ['2026-02-01', '2026-03-01', '2026-01-01'].map((at) => `${at}T00:00:00.000Z`)) {
    await lab().aCalibration(id, { performedAt });
  }
  const first = await call(await as('viewer'), list, { id, limit: 2 });
  const second = await call(await as('viewer'), list, { id, limit: 2, cursor: first.nextCursor! });
  const months = [...first.items, ...second.items].map(({ performedAt }) => performedAt.slice(5, 7));
  expect([months, second.nextCursor]).toEqual([['03', '02', '01'], null]);
});

test.each([
  [{ performedAt: '2126-01-01T00:00:00.000Z' }, ['/performedAt', '/validFrom']],
  [{ validFrom: '2026-01-04T23:59:59.999Z' }, ['/validFrom']],
  [{ expiresAt: paper.validFrom }, ['/expiresAt']],
  [{ timeZone: 'Mars/Olympus' }, ['/timeZone']],
  [{ number: ' ', issuer: '', result: 'good' }, ['/issuer', '/number', '/result']],
  [
    { budget: [{ source: '', type: 'C', distribution: 'flat', value: -1, degreesOfFreedom: 0.5 }] },
    ['degreesOfFreedom', 'distribution', 'source', 'type', 'value'].map((field) => `/budget/0/${field}`),
  ],
])('what is wrong is named field by field: %j', async (over, pointers) => {
  const { id } = await lab().anInstrument();
  const problem = await refusal(await as('engineer'), create, { ...paper, ...over, id });
  expect(problem).toMatchObject({ status: 400, type: 'input.invalid' });
  expect(problem.errors?.map(({ pointer }) => pointer).toSorted()).toEqual(pointers);
});

test('a certificate is recorded once; what was wrong is revoked, and then recorded anew', async () => {
  const { id } = await lab().anInstrument();
  const engineer = await as('engineer');
  const wrong = await call(engineer, create, { ...paper, id });
  const problem = await refusal(engineer, create, { ...paper, id, number: ' C-2026-114 ' });
  expect(problem).toMatchObject({ status: 409, type: 'name.taken', errors: [{ pointer: '/number' }] });
  await call(await as('pi'), revoke, { id: wrong.id, reason: 'Typed wrongly' });
  expect(await call(engineer, create, { ...paper, id })).toMatchObject({ standing: 'valid' });
});

test('two certificates with one number recorded at once are one', async () => {
  const { id } = await lab().anInstrument();
  const engineer = await as('engineer');
  const outcomes = await Promise.allSettled([1, 2, 3].map(() => call(engineer, create, { ...paper, id })));
  expect(outcomes.map((one) => one.status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected']);
});

describe('whether an instrument may be used', () => {
  test('without a certificate it is locked out, in words', async () => {
    const instrument = await lab().anInstrument();
    expect(await statusOf(instrument)).toMatchObject({
      standing: 'missing',
      lockOut: {
        cause: 'missing',
        calibrationId: null,
        reason: `${instrument.name} is locked out: it has no calibration certificate.`,
      },
      calibration: null,
      dueAt: null,
      daysLeft: null,
      held: null,
    });
  });

  test('where it needs no calibration it may be used without', async () => {
    const instrument = await lab().anInstrument({ calibrationRequired: false });
    expect(await statusOf(instrument)).toMatchObject({
      standing: 'missing',
      lockOut: null,
      calibrationRequired: false,
    });
  });

  test('a certificate counts from the moment on that it names, and not from that on at which it ends', async () => {
    const instrument = await lab().anInstrument();
    const { id, number } = await lab().aCalibration(instrument.id, {
      validFrom: inMinutes(10),
      expiresAt: inMinutes(20),
    });
    const at = async (minutes: number, milliseconds: number) => {
      time = Date.parse(inMinutes(minutes, milliseconds));
      return statusOf(instrument);
    };
    expect(await at(10, -1)).toMatchObject({
      standing: 'pending',
      lockOut: {
        cause: 'pending',
        calibrationId: id,
        reason: `${instrument.name} is locked out: certificate ${number} is valid only from ${day(inMinutes(10))}.`,
      },
    });
    expect(await at(10, 0)).toMatchObject({ standing: 'valid', lockOut: null, calibration: { id }, daysLeft: 0 });
    expect(await at(20, -1)).toMatchObject({ standing: 'valid', lockOut: null });
    expect(await at(20, 0)).toMatchObject({
      standing: 'expired',
      dueAt: inMinutes(20),
      lockOut: {
        cause: 'expired',
        calibrationId: id,
        reason: `${instrument.name} is locked out: certificate ${number} expired on ${day(inMinutes(20))}.`,
      },
    });
  });

  test('days are those of the time zone of the certificate', async () => {
    const instrument = await lab().anInstrument();
    const times = {
      performedAt: '2026-01-01T00:00:00.000Z',
      validFrom: '2026-01-01T00:00:00.000Z',
      expiresAt: '2026-02-01T08:00:00.000Z',
    };
    await lab().aCalibration(instrument.id, { ...times, number: 'West', timeZone: 'America/Los_Angeles' });
    const { lockOut } = await statusOf(instrument);
    expect(lockOut?.reason).toContain('certificate West expired on 1 Feb 2026.');
    const other = await lab().anInstrument();
    await lab().aCalibration(other.id, {
      ...times,
      expiresAt: '2026-02-01T07:59:59.999Z',
      timeZone: 'America/Los_Angeles',
    });
    expect((await statusOf(other)).lockOut?.reason).toContain('expired on 31 Jan 2026.');
  });

  test('of several valid certificates the last performed decides; how long it lasts is told by the longest', async () => {
    const instrument = await lab().anInstrument();
    await lab().aCalibration(instrument.id, { expiresAt: inMinutes(60 * 24 * 30) });
    const later = await lab().aCalibration(instrument.id, { performedAt: inMinutes(-5), expiresAt: inMinutes(30) });
    expect(await statusOf(instrument)).toMatchObject({ calibration: { id: later.id }, daysLeft: 30 });
  });

  test('a later calibration that failed locks it out, although an earlier certificate has not expired', async () => {
    const instrument = await lab().aCalibratedInstrument();
    const bad = await lab().aCalibration(instrument.id, { performedAt: inMinutes(-5), result: 'fail' });
    const reason = `${instrument.name} is locked out: its calibration of ${day(bad.performedAt)} failed (certificate ${bad.number}).`;
    expect(await statusOf(instrument)).toMatchObject({
      standing: 'failed',
      lockOut: { cause: 'failed', calibrationId: bad.id, reason },
    });
    await lab().aCalibration(instrument.id, { performedAt: inMinutes(-1), result: 'adjusted' });
    expect(await statusOf(instrument)).toMatchObject({ standing: 'valid', lockOut: null });
  });

  test('an administrator ends a certificate, once, and it is told who and why', async () => {
    const instrument = await lab().anInstrument();
    const { id, number } = await lab().aCalibration(instrument.id);
    const admin = await as('admin');
    const ended = await call(admin, expire, { id, reason: 'The chamber was opened.' });
    expect(ended).toMatchObject({
      standing: 'expired',
      ended: { reason: 'The chamber was opened.', at: inMinutes(0) },
    });
    const who = `was ended on ${day(inMinutes(0))} by Amara Okafor: The chamber was opened.`;
    expect((await statusOf(instrument)).lockOut?.reason).toBe(
      `${instrument.name} is locked out: certificate ${number} ${who}`,
    );
    const problem = await refusal(admin, expire, { id, reason: 'Again' });
    expect(problem).toMatchObject({
      type: 'state.conflict',
      detail: `Certificate ${number} is expired: there is nothing to end.`,
    });
  });

  test('what has no worth cannot be ended', async () => {
    const { id } = await lab().anInstrument();
    const admin = await as('admin');
    const bad = await lab().aCalibration(id, { result: 'fail' });
    expect(await refusal(admin, expire, { id: bad.id, reason: 'x' })).toMatchObject({ type: 'state.conflict' });
    const good = await lab().aCalibration(id);
    await call(await as('pi'), revoke, { id: good.id, reason: 'x' });
    expect(await refusal(admin, expire, { id: good.id, reason: 'x' })).toMatchObject({ type: 'state.conflict' });
    expect(await refusal(admin, expire, { id: good.id, reason: ' ' })).toMatchObject({
      errors: [{ pointer: '/reason' }],
    });
  });

  test('a revoked certificate counts for nothing, and an older one takes over', async () => {
    const instrument = await lab().anInstrument();
    const older = await lab().aCalibration(instrument.id);
    const newer = await lab().aCalibration(instrument.id, { performedAt: inMinutes(-5) });
    const revoked = await call(await as('pi'), revoke, { id: newer.id, reason: 'The standard was off' });
    expect(revoked).toMatchObject({
      standing: 'revoked',
      revoked: { reason: 'The standard was off', byName: 'Ingrid Solberg', doubtfulSince: newer.performedAt },
    });
    expect(await statusOf(instrument)).toMatchObject({ standing: 'valid', calibration: { id: older.id } });
    await call(await as('pi'), revoke, { id: older.id, reason: 'So was this one', doubtfulSince: inMinutes(-1) });
    const last = `certificate ${newer.number} was revoked on ${day(inMinutes(0))} by Ingrid Solberg: The standard was off.`;
    expect((await statusOf(instrument)).lockOut).toMatchObject({
      cause: 'revoked',
      reason: `${instrument.name} is locked out: ${last}`,
    });
  });

  test('of two who revoke at once one does, and the other is told', async () => {
    const { id, number } = await lab().aCalibration((await lab().anInstrument()).id);
    const [pi, admin] = await Promise.all([as('pi'), as('admin')]);
    const outcomes = await Promise.allSettled([
      call(pi, revoke, { id, reason: 'one' }),
      call(admin, revoke, { id, reason: 'two' }),
    ]);
    expect(outcomes.map((one) => one.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const problem = await refusal(pi, revoke, { id, reason: 'three' });
    expect(problem).toMatchObject({ type: 'state.conflict', detail: `Certificate ${number} was revoked before.` });
  });

  test('nothing is in doubt from a moment on that has not come', async () => {
    const { id } = await lab().aCalibration((await lab().anInstrument()).id);
    const problem = await refusal(await as('pi'), revoke, { id, reason: 'x', doubtfulSince: inMinutes(0, 1) });
    expect(problem).toMatchObject({ type: 'input.invalid', errors: [{ pointer: '/doubtfulSince' }] });
  });
});

test('the list of what is due: first what has no valid calibration, then what ends next', async () => {
  const stranger = laboratory(app, 'borealis.test');
  const names = ['due e', 'due d', 'due c', 'Due b', 'due a', 'due free'];
  const [e, d, c, b, , free] = await Promise.all(
    names.map((name) => stranger.anInstrument({ name, calibrationRequired: name !== 'due free' })),
  );
  await stranger.aCalibration(c!.id, { expiresAt: inMinutes(60 * 24 * 10) });
  await stranger.aCalibration(d!.id, { expiresAt: inMinutes(60 * 24 * 10 + 1) });
  await stranger.aCalibration(b!.id, { expiresAt: inMinutes(-3) });
  await stranger.aCalibration(e!.id, { expiresAt: inMinutes(60 * 24 * 3) });
  await stranger.aCalibration(free!.id, { expiresAt: inMinutes(-3) });
  const viewer = await app.as('viewer@borealis.test');

  const pages = [];
  let cursor: string | undefined;
  do {
    const page = await call(viewer, due, { limit: 2, ...(cursor && { cursor }) });
    pages.push(page.items.map(({ instrumentName, standing, daysLeft }) => [instrumentName, standing, daysLeft]));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  expect(pages).toEqual([
    [
      ['due a', 'missing', null],
      ['Due b', 'expired', null],
    ],
    [
      ['due e', 'valid', 3],
      ['due c', 'valid', 10],
    ],
    [['due d', 'valid', 10]],
  ]);

  const named = async (query: object) => (await call(viewer, due, query)).items.map((item) => item.instrumentName);
  expect(await named({ within: 7 })).toEqual(['due a', 'Due b', 'due e']);
  expect(await named({ within: 0 })).toEqual(['due a', 'Due b']);
  expect(await named({ q: 'DUE D' })).toEqual(['due d']);
  expect((await call(viewer, due, { q: 'Due b' })).items).toMatchObject([
    { lockOut: { cause: 'expired' }, calibration: { expiresAt: inMinutes(-3) }, location: '', ownerName: null },
  ]);
  expect(await refusal(viewer, due, { cursor: 'x' })).toMatchObject({ errors: [{ pointer: '/cursor' }] });
});

test('the list follows the instruments: their names, their need of a calibration, and the archive', async () => {
  const stranger = await app.as('engineer@borealis.test');
  const { id } = await laboratory(app, 'borealis.test').anInstrument({ name: 'follow one' });
  const named = async () => (await call(stranger, due, { q: 'follow' })).items.map((item) => item.instrumentName);
  expect(await named()).toEqual(['follow one']);
  const edit = async (version: number, change: object) =>
    call(stranger, instrumentEndpoints.edit, { id, version, ...change });
  await edit(0, { name: 'follow two' });
  expect(await named()).toEqual(['follow two']);
  await edit(1, { calibrationRequired: false });
  expect(await named()).toEqual([]);
  await edit(2, { calibrationRequired: true });
  await call(stranger, instrumentEndpoints.archive, { id });
  expect(await named()).toEqual([]);
  await call(stranger, instrumentEndpoints.restore, { id });
  expect(await named()).toEqual(['follow two']);
});
