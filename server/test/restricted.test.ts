import type { Endpoint } from '@cobench/shared/endpoint';
import { pathParameters } from '@cobench/shared/endpoint';
import { fileEndpoints } from '@cobench/shared/files/endpoints';
import { identityEndpoints } from '@cobench/shared/identity/identity';
import { notebookEndpoints } from '@cobench/shared/notebook/entry';
import { projectEndpoints } from '@cobench/shared/projects/project';
import { z } from 'zod';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contracts } from '../src/app.ts';
import { call, refusal } from './call.ts';
import { startTestApp, type TestApp } from './harness.ts';
import { inputFor } from './inputs.ts';
import { laboratory, measured, nobodysId, record } from './laboratory.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const outsider = () => app.as('engineer@acme.test');
const insiders = ['pi', 'admin'] as const;

/**
 * Who people are, and what an instrument is and when it was calibrated, belongs to no project; the audit trail and kiosk
 * links are for administrators.
 */
const ofPeople = ['accounts', 'signIn', 'secondFactor', 'apiSessions', 'identity'];
const ofInstruments = ['instruments', 'maintenance', 'calibrations', 'calendarLinks'];
/** What a wall shows is tried with its links. */
const ofNoProject = [...ofPeople, ...ofInstruments, 'kiosks', 'wall', 'audit'];
/** How much is kept, and what is under way of whoever asks, names no project; of an archive all that it names must be seen. */
const ofOneself = new Set(['files.usage', 'files.limits', 'files.uploads', 'files.archive']);
const endpoints = Object.entries(contracts).flatMap(([group, named]) =>
  ofNoProject.includes(group)
    ? []
    : Object.entries(named).map(([name, contract]): [string, Endpoint] => [`${group}.${name}`, contract]),
);
const isOfRecord = ({ path }: Endpoint) => pathParameters(path).includes('id');
const fieldsOf = ({ input }: Endpoint): string[] => (input instanceof z.ZodObject ? Object.keys(input.shape) : []);

/** Makes the project that a record is in one for the principal investigator and administrators. */
async function restrictProjectOf(recordId: string): Promise<void> {
  const { id: investigator } = await call(await app.as('pi@acme.test'), identityEndpoints.me, {});
  const rows = (name: string) => app.connection.collection<{ _id: string; projectId: string }>(name);
  const owners = ['entries', 'runs', 'series', 'alerts', 'bookings', 'files'].map((name) =>
    rows(name).findOne({ _id: recordId }),
  );
  const projectId = (await Promise.all(owners)).find((row) => row !== null)?.projectId ?? recordId;
  const restricted = { $set: { restricted: true, people: [investigator] } };
  expect(await rows('projects').updateOne({ _id: projectId }, restricted)).toMatchObject({ matchedCount: 1 });
}

describe.each(endpoints.filter(([, contract]) => isOfRecord(contract)))('%s', (name, contract) => {
  const anInput = async () => (await inputFor(app, name)) as { id: string };

  test('for who does not see the project it is about no record, exactly as an unknown one', async () => {
    const input = await anInput();
    await restrictProjectOf(input.id);
    const hidden = await refusal(await outsider(), contract, input);
    const unknown = await refusal(await outsider(), contract, { ...input, id: nobodysId });
    expect(hidden).toMatchObject({ type: 'resource.missing', status: 404 });
    expect({ ...hidden, instance: '' }).toEqual({ ...unknown, instance: '' });
  });

  test.each(insiders)('its people and administrators go on: %s', async (role) => {
    const input = await anInput();
    await restrictProjectOf(input.id);
    await expect(call(await app.as(`${role}@acme.test`), contract, input)).resolves.toBeDefined();
  });
});

describe.each(
  endpoints.filter(([, contract]) => fieldsOf(contract).includes('projectId') && contract.method !== 'get'),
)('%s', (name, contract) => {
  test('nothing is made in a project that one does not see, exactly as in an unknown one', async () => {
    const input = (await inputFor(app, name)) as { projectId: string };
    await restrictProjectOf(input.projectId);
    const hidden = await refusal(await outsider(), contract, input);
    const unknown = await refusal(await outsider(), contract, { ...input, projectId: nobodysId });
    expect(hidden).toMatchObject({ type: 'input.invalid', errors: [{ pointer: '/projectId' }] });
    expect({ ...hidden, instance: '' }).toEqual({ ...unknown, instance: '' });
    await call(await app.as('pi@acme.test'), contract, input);
  });
});

describe('what lists, searches and counts', () => {
  const lists = endpoints.filter(
    ([name, contract]) => contract.method === 'get' && !isOfRecord(contract) && !ofOneself.has(name),
  );
  const mark = 'hushhush';
  let secret: { projectId: string; seriesId: string };

  beforeAll(async () => {
    const [lab, engineer] = [laboratory(app), await outsider()];
    const { id: projectId } = await lab.aProject({ name: `${mark} project` });
    const markdown = `---\ntags: [${mark}]\n---\nText of ${mark}`;
    await call(engineer, notebookEndpoints.create, { projectId, title: `Entry ${mark}`, markdown });
    const { id: seriesId } = await lab.aSeries({ projectId, name: `Series ${mark}` });
    const run = await lab.aRunningRun({ projectId, name: `Run ${mark}` });
    await record(await lab.aMachine(), run.id, measured([99]));
    await lab.aBooking({ projectId, title: `Booking ${mark}` });
    await lab.aFile({ projectId, filename: `${mark}.pdf`, folder: mark, tags: [mark] });
    await lab.aProject({ name: 'Project for everybody' });
    const pi = await app.as('pi@acme.test');
    await call(pi, projectEndpoints.restrict, { id: projectId, version: 0, restricted: true });
    secret = { projectId, seriesId };
  });

  /** Every way to narrow a list that would find the secret, and none. */
  const ways = lists.flatMap(([name, contract]) =>
    ['', 'projectId', 'seriesId', 'q', 'tags']
      .filter((field) => field === '' || fieldsOf(contract).includes(field))
      .filter((field) => contract.input.safeParse(field === '' ? {} : { [field]: nobodysId }).success)
      .map((field): [string, string, Endpoint] => [name, field, contract]),
  );
  const textOf = async (email: string, contract: Endpoint, field: string): Promise<string> => {
    const values: Record<string, string> = { ...secret, q: mark, tags: mark };
    return JSON.stringify(await call(await app.as(email), contract, field === '' ? {} : { [field]: values[field] }));
  };

  test.each(ways)('%s by “%s” has nothing of it for who does not see it', async (_name, field, contract) => {
    const text = await textOf('engineer@acme.test', contract, field);
    for (const trace of [mark, secret.projectId, secret.seriesId]) expect(text).not.toContain(trace);
    for (const role of insiders) {
      expect(tellsMore(await textOf(`${role}@acme.test`, contract, field), text)).toBe(true);
    }
  });

  /** Whether an answer names the secret, or where it only counts, counts it in. */
  const tellsMore = (text: string, outsiders: string): boolean => text.includes(mark) || total(text) > total(outsiders);
  const total = (text: string): number =>
    /^\{("\w+":\d+,?)+\}$/.test(text) ? Array.from(text.matchAll(/\d+/g), Number).reduce((a, b) => a + b, 0) : 0;

  test('an archive with one file that somebody does not see is none, exactly as with an unknown one', async () => {
    const lab = laboratory(app);
    const [open, secretFile] = [await lab.aFile(), await lab.aFile()];
    await restrictProjectOf(secretFile.id);
    const hidden = await refusal(await outsider(), fileEndpoints.archive, { ids: `${open.id},${secretFile.id}` });
    const unknown = await refusal(await outsider(), fileEndpoints.archive, { ids: `${open.id},${nobodysId}` });
    expect(hidden).toMatchObject({ type: 'resource.missing' });
    expect({ ...hidden, instance: '' }).toEqual({ ...unknown, instance: '' });
  });

  test('a name in common tells the rest of the list, page by page', async () => {
    const lab = laboratory(app);
    const names = ['a', 'b', 'c', 'd'].map((letter) => `Paged ${letter}`);
    for (const name of names) await lab.aProject({ name });
    const { items } = await call(await outsider(), projectEndpoints.list, { q: 'Paged ' });
    await restrictProjectOf(String(items[1]?.id));
    const first = await call(await outsider(), projectEndpoints.list, { q: 'Paged ', limit: 2 });
    expect(first.items.map(({ name }) => name)).toEqual(['Paged a', 'Paged c']);
    const cursor = String(first.nextCursor);
    const rest = await call(await outsider(), projectEndpoints.list, { q: 'Paged ', limit: 2, cursor });
    expect(rest).toMatchObject({ items: [{ name: 'Paged d' }], nextCursor: null });
  });
});
