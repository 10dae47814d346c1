import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileEndpoints } from '@cobench/shared/files/endpoints';
import { identityEndpoints } from '@cobench/shared/identity/identity';
import { projectEndpoints } from '@cobench/shared/projects/project';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, refusal } from '../../../test/call.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { aPdf, laboratory } from '../../../test/laboratory.ts';
import { readZip } from '../../../test/read-zip.ts';
import { storeFile } from '../../../test/stored-files.ts';
import { openSealed } from '../../platform/sealed-files/open-sealed.ts';
import { sealedSize } from '../../platform/sealed-files/layout.ts';

let app: TestApp;
let projectId: string;
let time = 0;
beforeAll(async () => {
  app = await startTestApp({ clock: () => new Date(Date.now() + time) });
  projectId = (await laboratory(app).aProject()).id;
});
afterAll(() => app.close());
const as = (role: string) => app.as(`${role}@acme.test`);
const lab = () => laboratory(app);

describe('an archive', () => {
  async function archiveOf(ids: string[]) {
    const response = await (await as('viewer')).get(`/api/v1/files/archive?ids=${ids.join(',')}`);
    return { response, bytes: Buffer.from(await response.arrayBuffer()) };
  }
  test('holds what was asked for in its folders, each under a name of its own, as long as it was told', async () => {
    const contents = [randomBytes(100_000), Buffer.alloc(0), randomBytes(3), randomBytes(4)];
    const places = [
      { folder: 'Raw/CD', name: 'a.csv' },
      { folder: '', name: 'empty' },
      { folder: 'Raw/CD', name: 'A.csv' },
      { folder: 'Raw/CD', name: 'a.csv' },
    ];
    const files = [];
    for (const [index, place] of places.entries()) {
      files.push(await storeFile(app, { projectId, bytes: contents[index], ...place }));
    }
    const { response, bytes } = await archiveOf(files.map(({ id }) => id));
    expect(response.headers.get('content-length')).toBe(String(bytes.length));
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="cobench-[\d-]+\.zip"$/);
    expect(readZip(bytes)).toEqual({
      'Raw/CD/a.csv': contents[0],
      empty: contents[1],
      'Raw/CD/A (2).csv': contents[2],
      'Raw/CD/a (3).csv': contents[3],
    });
  });

  test('unpacks everywhere: no file is called as a folder or a device, or as another one in other letters', async () => {
    const places = [
      { folder: '', name: 'Raw' },
      { folder: 'raw/CD', name: 'nul.txt' },
      { folder: 'raw', name: 'cd' },
      { folder: '', name: 'M\u00fcnchen' },
      { folder: '', name: 'Mu\u0308nchen' },
    ];
    const files = [];
    for (const place of places) files.push(await storeFile(app, { projectId, ...place }));
    const { bytes } = await archiveOf(files.map(({ id }) => id));
    expect(Object.keys(readZip(bytes))).toEqual([
      'Raw (2)',
      'raw/CD/_nul.txt',
      'raw/cd (2)',
      'M\u00fcnchen',
      'Mu\u0308nchen (2)',
    ]);
  });

  test('leads nowhere else, whatever rows say that no upload gives', async () => {
    const { id } = await storeFile(app, { projectId });
    const rows = app.connection.collection<{ _id: string }>('files');
    await rows.updateOne({ _id: id }, { $set: { folder: '/../../etc/./C:', name: '..\\..\\passwd\u0000 ?.. ' } });
    const { response, bytes } = await archiveOf([id]);
    expect(response.status).toBe(200);
    const [path = ''] = Object.keys(readZip(bytes));
    expect(path).toBe('_/_/etc/_/C_/.._.._passwd_ _');
  });

  test('is all or nothing, and of files', async () => {
    const { id } = await storeFile(app, { projectId });
    const viewer = await as('viewer');
    expect(await refusal(viewer, fileEndpoints.archive, { ids: `${id},x` })).toMatchObject({ type: 'input.invalid' });
    expect(await refusal(viewer, fileEndpoints.archive, { ids: '' })).toMatchObject({ type: 'input.invalid' });
    const many = Array.from(
      { length: 101 },
      (_, index) => `01900000-0000-7000-8000-${String(index).padStart(12, '0')}`,
    );
    expect(await refusal(viewer, fileEndpoints.archive, { ids: many.join(',') })).toMatchObject({ status: 400 });
  });

  test('breaks off where a file in it is broken, and nobody takes it for whole', async () => {
    const [first, second] = [await storeFile(app, { projectId }), await storeFile(app, { projectId })];
    const row = await app.connection.collection('fileVersions').findOne({ fileId: second.id });
    const path = join(app.config.dataDir, 'files', String(row?.['objectKey']));
    await writeFile(path, (await readFile(path)).fill(0, 90, 100));
    await expect(archiveOf([first.id, second.id])).rejects.toThrow('terminated');
  });
});

describe('an image', () => {
  const image = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: '#c33' } });
  const anImage = (bytes: Uint8Array, mediaType: string) =>
    storeFile(app, { projectId, bytes, mediaType, name: 'x.y' });
  async function drawn({ id }: { id: string }, query = '') {
    const response = await (await as('viewer')).get(`/api/v1/files/${id}/image${query}`);
    const bytes = Buffer.from(await response.arrayBuffer());
    return { status: response.status, headers: response.headers, bytes };
  }

  test.each(['png', 'jpeg', 'webp', 'gif', 'tiff', 'avif'] as const)(
    'of %s is no wider than asked for',
    async (kind) => {
      const file = await anImage(await image(900, 300).toFormat(kind).toBuffer(), `image/${kind}`);
      const { status, headers, bytes } = await drawn(file);
      expect([status, headers.get('content-type')]).toEqual([200, 'image/webp']);
      expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', width: 320, height: 107 });
      const wide = await drawn(file, '?width=1600');
      expect((await sharp(wide.bytes).metadata()).width).toBe(900);
    },
  );

  test('stands upright as its camera was held, and tells nothing of where that was', async () => {
    const bytes = await image(900, 300).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const { bytes: shown } = await drawn(await anImage(bytes, 'image/jpeg'));
    const { width, height, exif } = await sharp(shown).metadata();
    expect([width, height, exif]).toEqual([300, 900, undefined]);
  });

  test('is not sent again to who has it', async () => {
    const file = await anImage(await image(10, 10).png().toBuffer(), 'image/png');
    const { headers } = await drawn(file);
    const known = { 'if-none-match': String(headers.get('etag')) };
    const again = await (await as('viewer')).fetch(`/api/v1/files/${file.id}/image`, { headers: known });
    expect(again.status).toBe(304);
    expect((await drawn(file, '?width=1600')).headers.get('etag')).not.toBe(headers.get('etag'));
  });

  test('of more pixels than may be is not drawn, however few bytes it has', async () => {
    const bomb = await sharp({ create: { width: 12_000, height: 12_000, channels: 3, background: '#000' } })
      .png({ compressionLevel: 9 })
      .toBuffer();
    const { status, bytes } = await drawn(await anImage(bomb, 'image/png'));
    expect(status).toBe(409);
    expect(bytes.toString()).toContain('100 megapixels');
  });

  test('that unpacks to more than may be is not drawn, though it has no more pixels', async () => {
    const background = { r: 0, g: 0, b: 0, alpha: 1 };
    const bomb = await sharp({ create: { width: 7100, height: 7100, channels: 4, background } })
      .toColourspace('rgb16')
      .png({ compressionLevel: 1 })
      .toBuffer();
    const { status, bytes } = await drawn(await anImage(bomb, 'image/png'));
    expect(status).toBe(409);
    expect(bytes.toString()).toContain('400 MB');
  });

  const vectors = Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="9" height="9"/></svg>',
  );
  test.each([
    ['a page called a picture', Buffer.from('<html><script>alert(1)</script>')],
    ['vectors called a picture', vectors],
    ['a document called a picture', aPdf],
    ['half a picture', randomBytes(500)],
    ['nothing', Buffer.alloc(0)],
  ])('%s is not drawn, and the next one is', async (_what, bytes) => {
    const { status, bytes: told } = await drawn(await anImage(bytes, 'image/png'));
    expect(status).toBe(409);
    expect(told.toString()).toContain('cannot be drawn');
    const fine = await anImage(await image(10, 10).png().toBuffer(), 'image/png');
    expect((await drawn(fine)).status).toBe(200);
  });

  test('that was cut short is not drawn', async () => {
    const whole = await sharp(randomBytes(300 * 300 * 3), { raw: { width: 300, height: 300, channels: 3 } })
      .png()
      .toBuffer();
    expect((await drawn(await anImage(whole.subarray(0, whole.length / 2), 'image/png'))).status).toBe(409);
  });

  test('of what is none is refused', async () => {
    expect((await drawn(await storeFile(app, { projectId, mediaType: 'image/svg+xml', bytes: vectors }))).status).toBe(
      409,
    );
  });

  test('many at once are all drawn', async () => {
    const files = [];
    for (let side = 20; side < 32; side++)
      files.push(await anImage(await image(side, side).png().toBuffer(), 'image/png'));
    const all = await Promise.all([...files, ...files].map((file) => drawn(file)));
    expect(all.map(({ status }) => status)).toEqual(all.map(() => 200));
  });
});

describe('a sealed link', () => {
  const linked = async (id: string, role = 'viewer') => call(await as(role), fileEndpoints.sealedLink, { id });
  const follow = (url: string, headers: Record<string, string> = {}) => fetch(url, { headers });

  test('leads whoever has it to the encrypted bytes, which its key opens', async () => {
    const bytes = randomBytes(150_000);
    const { id } = await storeFile(app, { projectId, bytes });
    const link = await linked(id);
    const response = await follow(link.url);
    const sealed = Buffer.from(await response.arrayBuffer());
    expect(response.status).toBe(200);
    expect(sealed).toHaveLength(sealedSize(bytes.length));
    expect(sealed.includes(bytes.subarray(0, 32))).toBe(false);
    const row = await app.connection.collection('fileVersions').findOne({ fileId: id });
    const passes = [{ fromPart: 0, salt: sealed.subarray(64, 80) }];
    const stored = { orgId: link.organisationId, fileId: link.fileId, version: link.version, size: link.size, passes };
    const opened: Buffer[] = [];
    const read = async () => ({ size: sealed.length, body: Readable.from([Buffer.from(sealed)]) });
    for await (const piece of openSealed({ key: Buffer.from(link.key, 'base64url'), stored }, null, read))
      opened.push(piece);
    expect(Buffer.concat(opened).equals(bytes)).toBe(true);
    expect(JSON.stringify(row)).not.toContain(link.key);
    const part = await follow(link.url, { range: 'bytes=64-79' });
    expect([part.status, Buffer.from(await part.arrayBuffer())]).toEqual([206, sealed.subarray(64, 80)]);
  });

  test('is in the audit trail, without its key', async () => {
    const { id } = await storeFile(app, { projectId });
    const { key } = await linked(id);
    const entry = await app.connection.collection('audit').findOne({ action: 'file.link', 'record.id': id });
    expect(entry).toMatchObject({ outcome: 'done', record: { kind: 'file', id } });
    expect(JSON.stringify(entry)).not.toContain(key);
  });

  test('is over after five minutes', async () => {
    const { id } = await storeFile(app, { projectId });
    const { url } = await linked(id);
    time = 299_000;
    expect((await follow(url)).status).toBe(200);
    time = 301_000;
    expect((await follow(url)).status).toBe(404);
    time = 0;
  });

  test('opens nothing where a letter of it was changed', async () => {
    const { id } = await storeFile(app, { projectId });
    const { url } = await linked(id);
    const at = url.lastIndexOf('/') + 1;
    const [payload = '', signature = ''] = url.slice(at).split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as unknown[];
    const forged = Buffer.from(JSON.stringify([...claims.slice(0, 4), Date.now() + 9e9])).toString('base64url');
    const wrong = [
      `${forged}.${signature}`,
      `${payload}.`,
      payload,
      `${payload}.${'A'.repeat(43)}`,
      '.',
      `.${signature}`,
      'x.y.z',
    ];
    for (const token of wrong) expect((await follow(url.slice(0, at) + token)).status).toBe(404);
  });

  test('asks for the right again: not after the project was closed to them, nor the file purged, nor they left', async () => {
    const file = await lab().aFile();
    const { url } = await linked(file.id);
    const investigator = await as('pi');
    await call(investigator, projectEndpoints.restrict, { id: file.projectId, version: 0, restricted: true });
    expect((await follow(url)).status).toBe(404);

    const purged = await lab().aFile();
    const { url: second } = await linked(purged.id);
    await call(investigator, fileEndpoints.remove, { id: purged.id });
    await call(investigator, fileEndpoints.purge, { id: purged.id });
    expect((await follow(second)).status).toBe(404);

    const { id } = await lab().aFile();
    const { url: third } = await linked(id, 'technician');
    const me = await call(await as('technician'), identityEndpoints.me, {});
    await call(await as('admin'), identityEndpoints.disableMember, { id: me.id });
    expect((await follow(third)).status).toBe(404);
    await call(await as('admin'), identityEndpoints.enableMember, { id: me.id });
  });
});
