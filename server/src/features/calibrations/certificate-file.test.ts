import { createHash, randomBytes } from 'node:crypto';
import { calibrationEndpoints } from '@cobench/shared/calibrations/endpoints';
import { largestCertificate } from '@cobench/shared/calibrations/calibration';
import { Problem } from '@cobench/shared/errors';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, refusal, type Caller } from '../../../test/call.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { aPdf, laboratory } from '../../../test/laboratory.ts';

const { attach, file } = calibrationEndpoints;
let app: TestApp;
beforeAll(async () => void (app = await startTestApp()));
afterAll(() => app.close());

async function aCalibration() {
  const lab = laboratory(app);
  return lab.aCalibration((await lab.anInstrument()).id);
}
const engineer = () => app.as('engineer@acme.test');
const viewer = () => app.as('viewer@acme.test');
const stored = (id: string) =>
  app.connection.collection<{ _id: string; sealed: { buffer: Buffer } }>('calibrationFiles').findOne({ _id: id });
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
  const rows = app.connection.collection<{ _id: string }>('calibrationFiles');
  const sealed = (await stored(one.id))!.sealed.buffer;
  expect(sealed.includes('%PDF')).toBe(false);
  const status = async () => (await caller.get(`/api/v1/calibrations/${one.id}/file`)).status;
  const put = (bytes: Uint8Array) => rows.updateOne({ _id: one.id }, { $set: { sealed: Buffer.from(bytes) } });

  const changed = Buffer.from(sealed);
  changed[40] = Number(changed[40]) ^ 1;
  await put(changed);
  expect(await status()).toBe(500);
  await put((await stored(another.id))!.sealed.buffer);
  expect(await status()).toBe(500);
  await put(sealed);
  expect(await status()).toBe(200);
});
