import { fileEndpoints } from '@cobench/shared/files/endpoints';
import { largestFile } from '@cobench/shared/files/file';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { call, refusal } from '../../../test/call.ts';
import { begin, begun, offsetOf, patch, problemOf, someBytes, uploaded } from '../../../test/file-house.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory } from '../../../test/laboratory.ts';
import { newId } from '../../platform/new-id.ts';
import { mostUploads } from './usage.service.ts';

const MiB = 2 ** 20;
let app: TestApp;
let projectId: string;
beforeEach(async () => {
  app = await startTestApp();
  projectId = (await laboratory(app).aProject()).id;
});
afterEach(() => app.close());

const [technician, engineer, admin] = ['technician', 'engineer', 'admin'].map(
  (role) => () => app.as(`${role}@acme.test`),
) as [() => ReturnType<TestApp['as']>, () => ReturnType<TestApp['as']>, () => ReturnType<TestApp['as']>];
const limit = async (limits: { organisation?: number; person?: number; largest?: number }) => {
  const { revision } = await call(await admin(), fileEndpoints.limits, {});
  const { organisation = null, person = null, largest = largestFile } = limits;
  return call(await admin(), fileEndpoints.editLimits, { organisation, person, largestFile: largest, revision });
};
const usage = async () => call(await technician(), fileEndpoints.usage, {});

test('what is kept is counted, what comes is set aside, and what is purged is free again', async () => {
  const sender = await technician();
  const { id } = await uploaded(sender, someBytes(1000), { filename: 'a', projectId });
  await uploaded(sender, someBytes(500), { filename: 'a', projectId, fileId: id });
  const url = await begun(sender, 70, { filename: 'b', projectId });
  expect(await usage()).toMatchObject({
    organisation: { used: 1500, reserved: 70 },
    person: { used: 1500, reserved: 70 },
  });
  expect(await call(await engineer(), fileEndpoints.usage, {})).toMatchObject({ person: { used: 0, reserved: 0 } });
  await patch(sender, url, 0, someBytes(70));
  expect(await usage()).toMatchObject({
    organisation: { used: 1570, reserved: 0 },
    person: { used: 1570, reserved: 0 },
  });
  const counters = await app.connection.collection('fileUsage').find({}).toArray();
  expect(counters.map(({ uploads }) => uploads as number)).toEqual([0, 0]);
  await call(sender, fileEndpoints.remove, { id });
  expect(await usage()).toMatchObject({ person: { used: 1570 } });
  await call(await app.as('pi@acme.test'), fileEndpoints.purge, { id });
  expect(await usage()).toMatchObject({ organisation: { used: 70 }, person: { used: 70 } });
});

test.each([
  ['of the organisation', { organisation: 1000 }, 400, 'The organisation keeps 600 bytes'],
  ['of a person', { person: 1000 }, 400, 'You keep 600 bytes'],
  ['of one file', { largest: 100 }, 100, 'one file may have 100 bytes'],
])(
  'a limit %s is told with its numbers before a byte is sent, and reached to the byte',
  async (_whose, limits, most, words) => {
    const sender = await technician();
    await uploaded(sender, someBytes(600), { filename: 'a', projectId });
    await limit(limits);
    const problem = await problemOf(await begin(sender, most + 1, { filename: 'b', projectId }));
    expect(problem).toMatchObject({ type: 'quota.exceeded', status: 413 });
    expect(problem.detail).toContain(words);
    expect(await usage()).toMatchObject({ person: { reserved: 0 } });
    expect((await begin(sender, most, { filename: 'b', projectId })).status).toBe(201);
  },
);

test('many that begin at once share what is left, and not a byte more', async () => {
  await limit({ person: 1000 });
  const sender = await technician();
  const begins = Array.from({ length: 12 }, (_, index) => begin(sender, 300, { filename: `f${index}`, projectId }));
  const statuses = (await Promise.all(begins)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 201)).toHaveLength(3);
  expect(statuses.filter((status) => status === 413)).toHaveLength(9);
  expect(await usage()).toMatchObject({ person: { reserved: 900 } });
});

test('a limit that is lowered while bytes come stops them, and raised again lets them go on', async () => {
  const sender = await technician();
  const bytes = someBytes(20 * MiB);
  const url = await begun(sender, bytes.length, { filename: 'a', projectId });
  await patch(sender, url, 0, bytes.subarray(0, 9 * MiB));
  await limit({ organisation: MiB });
  const refused = await problemOf(await patch(sender, url, 9 * MiB, bytes.subarray(9 * MiB)));
  expect(refused).toMatchObject({ type: 'quota.exceeded' });
  expect(await offsetOf(sender, url)).toBe(9 * MiB);
  await limit({ organisation: 30 * MiB });
  expect((await patch(sender, url, 9 * MiB, bytes.subarray(9 * MiB))).status).toBe(204);
});

test('one person has only so many uploads under way', async () => {
  const sender = await technician();
  await begun(sender, 1, { filename: 'a', projectId });
  const counters = app.connection.collection('fileUsage');
  await counters.updateMany({}, { $set: { uploads: mostUploads } });
  const problem = await problemOf(await begin(sender, 1, { filename: 'b', projectId }));
  expect(problem.detail).toContain(`You have ${mostUploads} uploads under way`);
});

test('limits are set by administrators, one after the other, and kept in the audit trail', async () => {
  const wanted = { organisation: 1000, person: null, largestFile: 500 };
  expect(await limit({ organisation: 1000, largest: 500 })).toEqual({ ...wanted, revision: 1 });
  expect(await refusal(await admin(), fileEndpoints.editLimits, { ...wanted, revision: 0 })).toMatchObject({
    type: 'edit.conflict',
  });
  expect(await refusal(await engineer(), fileEndpoints.limits, {})).toMatchObject({ type: 'access.denied' });
  expect(
    await refusal(await admin(), fileEndpoints.editLimits, { ...wanted, organisation: -1, revision: 1 }),
  ).toMatchObject({
    type: 'input.invalid',
  });
  expect(await call(await app.as('admin@borealis.test'), fileEndpoints.limits, {})).toMatchObject({
    organisation: null,
    revision: 0,
  });
  const entry = await app.connection.collection('audit').findOne({ action: 'file.limits' });
  expect(JSON.parse(String(entry?.['after']))).toEqual({ organisation: 1000, largestFile: 500 });
});

test('who has no such upload is told so, whatever its id', async () => {
  const sender = await technician();
  expect(await problemOf(await patch(sender, `/api/v1/uploads/${newId()}`, 0, someBytes(1)))).toMatchObject({
    status: 404,
  });
});
