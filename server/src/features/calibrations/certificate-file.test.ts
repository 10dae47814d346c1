import { createHash, randomBytes } from 'node:crypto';
import { calibrationEndpoints } from '@cobench/shared/calibrations/endpoints';
import { largestCertificate, type CalibrationRecord } from '@cobench/shared/calibrations/calibration';
import { Problem } from '@cobench/shared/errors';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, refusal, type Caller } from '../../../test/call.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { aPdf, laboratory } from '../../../test/laboratory.ts';
import { failing } from '../../../test/storage/failing.ts';
import { fileServicesOn } from '../../../test/stored-files.ts';
import { testTrail } from '../../../test/trail.ts';
import type { Actor } from '../../platform/access.ts';
import { systemClock } from '../../platform/clock.ts';
import { fileKeys } from '../../platform/keys/file-keys.ts';
import { openKeyRing } from '../../platform/keys/key-ring.ts';
import { createLog } from '../../platform/log.ts';
import { sealing } from '../../platform/sealing.ts';
import { StoreUnavailable, type ObjectStore } from '../../platform/storage/object-store.ts';
import { openStore } from '../../platform/storage/open-store.ts';
import { mongoCalibrations } from './calibration.mongo.ts';
import { certificateFiles } from './certificate-file.ts';
import { movingCertificates } from './certificate-move.ts';
import { certificateKeys, mongoCertificateFiles } from './certificate.mongo.ts';
import { certificateObjects } from './certificate-objects.ts';

const { attach, file } = calibrationEndpoints;
let app: TestApp;
let store: ObjectStore;
beforeAll(async () => {
  app = await startTestApp();
  store = await openStore(app.config.storage);
});
afterAll(() => app.close());

async function aCalibration() {
  const lab = laboratory(app);
  return lab.aCalibration((await lab.anInstrument()).id);
}
const engineer = () => app.as('engineer@acme.test');
const viewer = () => app.as('viewer@acme.test');
const stored = (id: string) =>
  app.connection.collection<{ _id: string; objectKey: string }>('calibrationFiles').findOne({ _id: id });
async function objectsOf(id: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(`sandbox/certificates/${id}/`)) keys.push(key);
  return keys;
}
const objectOf = async (id: string) => buffer((await store.read(String((await stored(id))?.objectKey))).body);
function upload(caller: Caller, id: string, bytes: Uint8Array, name?: string) {
  const input = { id, ...(name !== undefined && { name }), file: bytes };
  return call(caller, attach, input);
}
const problemOf = async (response: Response) => Problem.parse(await response.json());

const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(64)]);
const jpeg = Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), randomBytes(64)]);

test.each([
  ['a PDF', aPdf, 'scan.pdf', { name: 'scan.pdf', type: 'application/pdf' }],
  ['a PNG', png, 'C:\\scans\\page 1.PNG', { name: 'page 1.png', type: 'image/png' }],
  [
    'a JPEG that is called otherwise',
    jpeg,
    '../../etc/pass"wd\u202Egpj.exe',
    { name: 'passwdgpj.exe.jpg', type: 'image/jpeg' },
  ],
  ['a PDF without a name', aPdf, undefined, { name: 'certificate.pdf', type: 'application/pdf' }],
])('%s is kept, and comes back as it was', async (_what, bytes, name, expected) => {
  const { id } = await aCalibration();
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const made = await upload(await engineer(), id, bytes, name);
  expect(made.file).toMatchObject({ ...expected, sha256, size: bytes.length, attachedByName: 'Mateo Herrera' });
  const response = await (await viewer()).get(`/api/v1/calibrations/${id}/file`);
  expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
  expect(response.headers.get('content-disposition')?.replaceAll('"', '')).toBe(
    `attachment; filename=${expected.name}`,
  );
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': expected.type,
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
  });
});

test.each([
  ['a page', Buffer.from('<!doctype html><script>alert(1)</script>')],
  ['a program', Buffer.from('MZ\u0090')],
  ['a drawing that can run things', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')],
  ['a PDF that begins with something else', Buffer.concat([Buffer.from('<html>'), aPdf])],
  ['nothing', Buffer.alloc(0)],
])('%s is refused, whatever it is called', async (_what, bytes) => {
  const { id } = await aCalibration();
  const response = await (
    await engineer()
  ).fetch(`/api/v1/calibrations/${id}/file?name=certificate.pdf`, {
    method: 'POST',
    headers: { 'content-type': 'application/pdf' },
    body: new Uint8Array(bytes),
  });
  expect(await problemOf(response)).toMatchObject({ type: 'input.invalid', errors: [{ pointer: '/file' }] });
  expect(await stored(id)).toBeNull();
});

test('eight megabytes are kept, one byte more is not, whether its length is told or not', async () => {
  const { id } = await aCalibration();
  const most = Buffer.concat([aPdf, randomBytes(largestCertificate - aPdf.length)]);
  const more = new Uint8Array(Buffer.concat([most, Buffer.alloc(1)]));
  const caller = await engineer();
  const path = `/api/v1/calibrations/${id}/file`;
  expect(await problemOf(await caller.send('POST', path, more))).toMatchObject({ type: 'input.too-large' });
  const body = new Blob([more]).stream();
  const inPieces = { method: 'POST', body, duplex: 'half' as const };
  const unsaid = await caller.fetch(path, inPieces);
  expect(await problemOf(unsaid)).toMatchObject({ type: 'input.too-large' });
  expect((await upload(caller, id, most)).file?.size).toBe(largestCertificate);
  const back = await (await caller.get(path)).arrayBuffer();
  expect(Buffer.from(back).equals(most)).toBe(true);
});

test('a certificate has one file for good; of two who attach one at once one does', async () => {
  const { id } = await aCalibration();
  const caller = await engineer();
  const outcomes = await Promise.allSettled([upload(caller, id, png), upload(caller, id, jpeg)]);
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(await refusal(caller, attach, { id, file: aPdf })).toMatchObject({ type: 'state.conflict', status: 409 });
  expect(await objectsOf(id)).toHaveLength(1);
  const { file: kept } = await call(caller, calibrationEndpoints.get, { id });
  const back = Buffer.from(await (await caller.get(`/api/v1/calibrations/${id}/file`)).arrayBuffer());
  expect(createHash('sha256').update(back).digest('hex')).toBe(kept?.sha256);
});

test('a certificate without a file has none to read', async () => {
  const { id } = await aCalibration();
  expect(await refusal(await viewer(), file, { id })).toMatchObject({ type: 'resource.missing', status: 404 });
});

test('who may not attach is refused before anything is read, as is another site', async () => {
  const { id } = await aCalibration();
  expect(await refusal(await viewer(), attach, { id, file: aPdf })).toMatchObject({ type: 'access.denied' });
  const response = await (
    await engineer()
  ).fetch(`/api/v1/calibrations/${id}/file`, {
    method: 'POST',
    headers: { origin: 'https://evil.example' },
    body: new Uint8Array(aPdf),
  });
  expect(await problemOf(response)).toMatchObject({ type: 'origin.foreign' });
});

test('the store has the file sealed, for this certificate alone, and what was tampered with is not answered', async () => {
  const [one, another] = [await aCalibration(), await aCalibration()];
  const caller = await engineer();
  await upload(caller, one.id, aPdf);
  await upload(caller, another.id, png);
  const sealed = await objectOf(one.id);
  const key = String((await stored(one.id))?.objectKey);
  expect(sealed.includes('%PDF')).toBe(false);
  expect(await objectsOf(one.id)).toEqual([key]);
  const status = async () => (await caller.get(`/api/v1/calibrations/${one.id}/file`)).status;

  const changed = Buffer.from(sealed);
  changed[100] = Number(changed[100]) ^ 1;
  await store.put(key, changed);
  expect(await status()).toBe(500);
  await store.put(key, await objectOf(another.id));
  expect(await status()).toBe(500);
  await store.put(key, sealed.subarray(0, -1));
  expect(await status()).toBe(500);
  await store.remove(key);
  expect(await status()).toBe(500);
  await store.put(key, sealed);
  expect(await status()).toBe(200);
  // A row that names another certificate's object.
  const {
    _id: _other,
    objectKey: _key,
    ...way
  } = (await stored(another.id)) as object as { _id: string; objectKey: string };
  const rows = app.connection.collection<{ _id: string }>('calibrationFiles');
  await rows.updateOne({ _id: one.id }, { $set: way });
  expect(await status()).toBe(500);
});

test('the sweep of the store leaves the files of certificates, and takes what belongs to none', async () => {
  const { id } = await aCalibration();
  await upload(await engineer(), id, aPdf);
  const orphan = `sandbox/certificates/${id}/orphan.enc`;
  await store.put(orphan, Buffer.from('x'));
  const { uploadSweep } = await fileServicesOn(app, { clock: () => new Date(Date.now() + 7_200_000) });
  await uploadSweep.store();
  expect(await objectsOf(id)).toEqual([(await stored(id))?.objectKey]);
});

test('while the store is away nothing is attached, and a certificate that has a file says that it may come later', async () => {
  const { id } = await aCalibration();
  const [ring, { connection }] = [await openKeyRing(app.config), app];
  const away = new StoreUnavailable('away');
  const objects = failing(store, { call: 'put', error: away }, { call: 'read', error: away });
  const files = certificateFiles({
    repo: mongoCalibrations(connection),
    files: mongoCertificateFiles(connection),
    certificates: certificateObjects({ store: objects, keys: fileKeys(ring), sealing: sealing(ring) }),
    trail: testTrail(connection),
    clock: systemClock,
  });
  const record = (await call(await engineer(), calibrationEndpoints.get, { id })) as CalibrationRecord;
  const { orgId } = (await connection.collection<{ _id: string; orgId: string }>('calibrations').findOne({ _id: id }))!;
  const via = { kind: 'session', sessionId: 's' } as const;
  const actor: Actor = { orgId, personId: record.createdBy, name: 'Mateo', role: 'engineer', hidden: new Set(), via };
  const attached = files.attach(actor, record, { name: 'a.png', read: async () => png });
  await expect(attached).rejects.toMatchObject({ code: 'service.unavailable' });
  expect(await stored(id)).toBeNull();
  const { file: kept } = await upload(await engineer(), id, png);
  await expect(files.read(orgId, { ...record, file: kept })).rejects.toMatchObject({ code: 'service.unavailable' });
});

describe('a certificate whose bytes are still in the database', () => {
  /** As they were before there was a store for them. */
  async function anOldOne(bytes: Buffer) {
    const { id } = await aCalibration();
    await upload(await engineer(), id, bytes, 'old.pdf');
    const row = await stored(id);
    await store.remove(String(row?.objectKey));
    const { orgId } = row as unknown as { orgId: string };
    const sealed = sealing(await openKeyRing(app.config)).sealBytes(bytes, {
      purpose: 'certificate',
      about: `${orgId}:${id}`,
    });
    await app.connection.collection<{ _id: string }>('calibrationFiles').replaceOne({ _id: id }, { orgId, sealed });
    return { id, orgId };
  }
  async function moving(objects: ObjectStore = store) {
    const [ring, { connection }] = [await openKeyRing(app.config), app];
    return movingCertificates({
      repo: mongoCalibrations(connection),
      files: mongoCertificateFiles(connection),
      certificates: certificateObjects({ store: objects, keys: fileKeys(ring), sealing: sealing(ring) }),
      log: createLog('silent'),
    });
  }
  const read = async (id: string) =>
    Buffer.from(await (await (await engineer()).get(`/api/v1/calibrations/${id}/file`)).arrayBuffer());

  test('is read as it is, moves into the store, and is the same there; moving again does nothing', async () => {
    const bytes = Buffer.concat([aPdf, randomBytes(200_000)]);
    const { id } = await anOldOne(bytes);
    expect((await read(id)).equals(bytes)).toBe(true);
    const move = await moving();
    await move();
    const row = await stored(id);
    expect(Object.keys(row ?? {})).not.toContain('sealed');
    expect((await read(id)).equals(bytes)).toBe(true);
    await (
      await moving()
    )();
    expect(await stored(id)).toEqual(row);
    expect(await objectsOf(id)).toEqual([row?.objectKey]);
  });

  test('is there, whenever the move is cut short and however many move it', async () => {
    const { id } = await anOldOne(png);
    const away = { call: 'put', error: new StoreUnavailable('away') } as const;
    const move = await moving(failing(store, away, { ...away, nth: 2, when: 'after' }));
    await move();
    expect((await read(id)).equals(png)).toBe(true);
    // Stored, and nobody was told: what is there belongs to no row until the sweep comes.
    await move();
    expect((await read(id)).equals(png)).toBe(true);
    const orphans = await objectsOf(id);
    expect(orphans).toHaveLength(1);
    expect(await certificateKeys(app.connection)(orphans)).toEqual(new Set());

    await Promise.all([move(), (await moving())(), (await moving())()]);
    expect((await read(id)).equals(png)).toBe(true);
    const kept = (await objectsOf(id)).filter((key) => !orphans.includes(key));
    expect(kept).toEqual([(await stored(id))?.objectKey]);
    expect(await certificateKeys(app.connection)([...orphans, ...kept])).toEqual(new Set(kept));
  });

  test('stays where it is when it is not what was attached', async () => {
    const { id, orgId } = await anOldOne(jpeg);
    const sealed = sealing(await openKeyRing(app.config)).sealBytes(png, {
      purpose: 'certificate',
      about: `${orgId}:${id}`,
    });
    await app.connection.collection<{ _id: string }>('calibrationFiles').updateOne({ _id: id }, { $set: { sealed } });
    await (
      await moving()
    )();
    expect(Object.keys((await stored(id)) ?? {}).toSorted()).toEqual(['_id', 'orgId', 'sealed']);
    expect(await objectsOf(id)).toEqual([]);
    await app.connection.collection<{ _id: string }>('calibrationFiles').deleteOne({ _id: id });
  });
});
