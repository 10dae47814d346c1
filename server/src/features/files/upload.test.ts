import { fileEndpoints } from '@cobench/shared/files/endpoints';
import { uploadsPath } from '@cobench/shared/files/upload';
import { identityEndpoints } from '@cobench/shared/identity/identity';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call } from '../../../test/call.ts';
import {
  begin,
  begun,
  contentOf,
  fileIdOf,
  metadataOf,
  offsetOf,
  offsetType,
  patch,
  problemOf,
  sha256Of,
  someBytes,
  tus,
  uploaded,
} from '../../../test/file-house.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory, nobodysId } from '../../../test/laboratory.ts';

const MiB = 2 ** 20;
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const technician = () => app.as('technician@acme.test');
const aProject = async (): Promise<string> => (await laboratory(app).aProject()).id;

describe('an upload by tus', () => {
  test.each([
    ['nothing at all', 0],
    ['one byte', 1],
    ['a segment', 65_536],
    ['a part', 8 * MiB],
    ['a part and a byte', 8 * MiB + 1],
    ['several parts', 20 * MiB + 12_345],
  ])('%s comes back byte for byte, with the hash that the server saw', async (_what, size) => {
    const [sender, projectId, bytes] = [await technician(), await aProject(), someBytes(size)];
    const url = await begun(sender, size, { filename: 'a.bin', projectId, sha256: sha256Of(bytes) });
    const response = await patch(sender, url, 0, bytes);
    expect(response.status).toBe(204);
    const file = await call(sender, fileEndpoints.get, { id: fileIdOf(response) });
    expect(file.latest).toMatchObject({ number: 1, size, sha256: sha256Of(bytes), scan: 'unscanned' });
    expect((await contentOf(sender, file.id)).equals(bytes)).toBe(true);
  });

  test('the first bytes may come with its creation, and an empty file is there at once', async () => {
    const [sender, projectId, bytes] = [await technician(), await aProject(), someBytes(1000)];
    const more = { headers: { 'content-type': offsetType }, body: new Uint8Array(bytes) };
    const whole = await begin(sender, 1000, { filename: 'a.bin', projectId }, more);
    expect(whole.status).toBe(201);
    expect((await contentOf(sender, fileIdOf(whole))).equals(bytes)).toBe(true);
    const empty = await begin(sender, 0, { filename: 'empty.txt', projectId });
    expect(empty.status).toBe(201);
    expect(await contentOf(sender, fileIdOf(empty))).toHaveLength(0);
    // As browsers send it: with the type of a body that has nothing in it.
    const asABrowser = { headers: { 'content-type': offsetType }, body: new Uint8Array(0) };
    const another = await begin(sender, 0, { filename: 'empty.txt', projectId }, asABrowser);
    expect(another.status).toBe(201);
    expect(await contentOf(sender, fileIdOf(another))).toHaveLength(0);
  });

  test.each([[1000], [70_000], [3 * MiB], [9 * MiB]])(
    'comes in pieces of %i bytes and is whole in the end',
    async (piece) => {
      const size = Math.min(20 * MiB + 17, piece * 7 + 5);
      const [sender, projectId, bytes] = [await technician(), await aProject(), someBytes(size)];
      const url = await begun(sender, size, { filename: 'a.bin', projectId, sha256: sha256Of(bytes) });
      let last: Response | null = null;
      for (let at = 0; at < size; at += piece) {
        expect(await offsetOf(sender, url)).toBe(at);
        last = await patch(sender, url, at, bytes.subarray(at, at + piece));
        expect(last.status).toBe(204);
        expect(Number(last.headers.get('upload-offset'))).toBe(Math.min(size, at + piece));
      }
      expect((await contentOf(sender, fileIdOf(last as Response))).equals(bytes)).toBe(true);
    },
  );

  test('whoever lost the last answer is told which file it became', async () => {
    const [sender, projectId] = [await technician(), await aProject()];
    const url = await begun(sender, 5, { filename: 'a.txt', projectId });
    const done = await patch(sender, url, 0, Buffer.from('hello'));
    const head = await sender.fetch(url, { method: 'HEAD', headers: tus });
    expect(head.headers.get('upload-offset')).toBe('5');
    expect(fileIdOf(head)).toBe(fileIdOf(done));
    expect(fileIdOf(await patch(sender, url, 5, null))).toBe(fileIdOf(done));
  });

  test('what came before the connection broke is kept to the byte', async () => {
    const [sender, projectId, bytes] = [await technician(), await aProject(), someBytes(10 * MiB)];
    const url = await begun(sender, bytes.length, { filename: 'a.bin', projectId, sha256: sha256Of(bytes) });
    const cut = new ReadableStream({
      start(controller) {
        controller.enqueue(new Uint8Array(bytes.subarray(0, 9 * MiB + 5)));
      },
    });
    const gone = new AbortController();
    const sending = sender.fetch(url, {
      method: 'PATCH',
      headers: { ...tus, 'content-type': offsetType, 'upload-offset': '0' },
      body: cut,
      signal: gone.signal,
      ...({ duplex: 'half' } as object),
    });
    const { items } = await call(sender, fileEndpoints.uploads, {});
    expect(items.map(({ id }) => url.endsWith(id))).toContain(true);
    await expect.poll(() => rowOf(url).then((row) => row?.offset)).toBe(8 * MiB);
    gone.abort();
    await expect(sending).rejects.toThrow('abort');
    await expect.poll(() => offsetOf(sender, url)).toBe(9 * MiB + 5);
    const last = await patch(sender, url, 9 * MiB + 5, bytes.subarray(9 * MiB + 5));
    expect((await contentOf(sender, fileIdOf(last))).equals(bytes)).toBe(true);
  });

  test('what arrives otherwise than its sender says is removed, and nothing of it is seen', async () => {
    const [sender, projectId] = [await technician(), await aProject()];
    const url = await begun(sender, 5, { filename: 'a.txt', projectId, sha256: sha256Of(Buffer.from('other')) });
    const problem = await problemOf(await patch(sender, url, 0, Buffer.from('hello')));
    expect(problem).toMatchObject({ type: 'input.invalid', errors: [{ pointer: '/sha256' }] });
    expect((await sender.fetch(url, { method: 'HEAD', headers: tus })).status).toBe(404);
    expect((await call(sender, fileEndpoints.list, { projectId })).items).toEqual([]);
    expect(await reservedBy(sender)).toBe(0);
  });

  test('a cancelled one is gone, with what was set aside for it', async () => {
    const [sender, projectId] = [await technician(), await aProject()];
    const url = await begun(sender, 10, { filename: 'a.txt', projectId });
    await patch(sender, url, 0, Buffer.from('hello'));
    expect(await reservedBy(sender)).toBe(10);
    expect((await sender.fetch(url, { method: 'DELETE', headers: tus })).status).toBe(204);
    expect((await sender.fetch(url, { method: 'HEAD', headers: tus })).status).toBe(404);
    expect(await reservedBy(sender)).toBe(0);
  });

  test('a new version takes the place of the file, and the older one stays', async () => {
    const [sender, projectId] = [await technician(), await aProject()];
    const { id } = await uploaded(sender, Buffer.from('one'), { filename: 'a.txt', projectId });
    const second = await uploaded(sender, Buffer.from('two'), { filename: 'a.txt', projectId, fileId: id });
    expect(second).toMatchObject({ id, versions: 2, latest: { number: 2, size: 3 } });
    expect((await contentOf(sender, id)).toString()).toBe('two');
    expect((await contentOf(sender, id, 1)).toString()).toBe('one');
  });
});

describe('it is refused in words', () => {
  test.each([
    ['no name', { filename: '' }, '/filename'],
    ['a path for a name', { filename: '../x' }, '/filename'],
    ['a folder that leads up', { folder: 'a/../b' }, '/folder'],
    ['a hash that is none', { sha256: 'abc' }, '/sha256'],
    ['a project that is not there', { projectId: nobodysId }, '/projectId'],
    ['a file that is not there', { fileId: nobodysId }, '/fileId'],
    ['an unknown field', { colour: 'red' }, '/colour'],
    ['what it belongs to as no JSON', { attachTo: 'run' }, '/attachTo'],
    ['somebody else as its sender', { sender: nobodysId }, '/sender'],
  ])('%s', async (_what, over, pointer) => {
    const [sender, projectId] = [await technician(), await aProject()];
    const response = await begin(sender, 5, { filename: 'a.txt', projectId, ...over });
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await problemOf(response)).toMatchObject({ type: 'input.invalid', errors: [{ pointer }] });
  });

  test.each([
    ['no length', { 'upload-length': undefined }, 400],
    ['a negative length', { 'upload-length': '-1' }, 400],
    ['a length that is no number', { 'upload-length': 'many' }, 400],
    ['a length that comes later', { 'upload-length': undefined, 'upload-defer-length': '1' }, 400],
    ['more than one file may have', { 'upload-length': String(2 ** 40) }, 413],
    ['metadata that is none', { 'upload-metadata': 'filename ä' }, 400],
    ['another protocol', { 'tus-resumable': '0.2.0' }, 400],
    ['no protocol', { 'tus-resumable': undefined }, 412],
  ])('%s', async (_what, over, status) => {
    const [sender, projectId] = [await technician(), await aProject()];
    const all = { ...tus, 'upload-length': '5', 'upload-metadata': metadataOf({ filename: 'a', projectId }), ...over };
    const headers = Object.fromEntries(
      Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined),
    );
    const response = await sender.fetch(uploadsPath, { method: 'POST', headers });
    expect((await problemOf(response)).status).toBe(status);
    expect(response.headers.get('tus-resumable')).toBe('1.0.0');
  });

  test.each([
    ['another offset', 3, 'state.conflict'],
    ['a negative offset', -1, 'input.malformed'],
    ['an offset that is no number', Number.NaN, 'input.malformed'],
  ])('bytes at %s', async (_what, offset, type) => {
    const [sender, projectId] = [await technician(), await aProject()];
    const url = await begun(sender, 5, { filename: 'a', projectId });
    expect(await problemOf(await patch(sender, url, offset, Buffer.from('x')))).toMatchObject({ type });
    expect(await offsetOf(sender, url)).toBe(0);
  });

  test('more bytes than were said, also where their number is not said before', async () => {
    const [sender, projectId] = [await technician(), await aProject()];
    const url = await begun(sender, 5, { filename: 'a', projectId });
    expect(await problemOf(await patch(sender, url, 0, someBytes(6)))).toMatchObject({ type: 'input.too-large' });
    const endless = new ReadableStream({
      start(controller) {
        controller.enqueue(new Uint8Array(6));
        controller.close();
      },
    });
    expect(await problemOf(await patch(sender, url, 0, endless))).toMatchObject({ type: 'input.too-large' });
    expect(await offsetOf(sender, url)).toBe(0);
    expect((await patch(sender, url, 0, Buffer.from('hello'))).status).toBe(204);
  });

  test('bytes of another type, and an address that is no id', async () => {
    const [sender, projectId] = [await technician(), await aProject()];
    const url = await begun(sender, 5, { filename: 'a', projectId });
    const json = await patch(sender, url, 0, Buffer.from('hello'), { 'content-type': 'application/json' });
    expect(await problemOf(json)).toMatchObject({ type: 'input.unsupported' });
    const odd = await patch(sender, `${uploadsPath}/..%2f..%2fetc`, 0, Buffer.from('x'));
    expect(await problemOf(odd)).toMatchObject({ type: 'input.invalid' });
  });
});

describe('whose it is', () => {
  test('for everybody but its starter it does not exist', async () => {
    const [sender, projectId] = [await technician(), await aProject()];
    const url = await begun(sender, 5, { filename: 'a', projectId });
    for (const email of ['engineer@acme.test', 'admin@acme.test', 'admin@borealis.test']) {
      const other = await app.as(email);
      expect((await other.fetch(url, { method: 'HEAD', headers: tus })).status).toBe(404);
      expect(await problemOf(await patch(other, url, 0, Buffer.from('hello')))).toMatchObject({ status: 404 });
      expect((await other.fetch(url, { method: 'DELETE', headers: tus })).status).toBe(404);
      expect((await call(other, fileEndpoints.uploads, {})).items.filter(({ id }) => url.endsWith(id))).toEqual([]);
    }
    expect((await patch(sender, url, 0, Buffer.from('hello'))).status).toBe(204);
  });

  test('who may only read begins none, nobody does without a session, and no other page does', async () => {
    const [viewer, projectId] = [await app.as('viewer@acme.test'), await aProject()];
    expect(await problemOf(await begin(viewer, 5, { filename: 'a', projectId }))).toMatchObject({
      type: 'access.denied',
    });
    const headers = { ...tus, 'upload-length': '5', 'upload-metadata': metadataOf({ filename: 'a', projectId }) };
    const nobody = await fetch(new URL(uploadsPath, app.origin), { method: 'POST', headers });
    expect(await problemOf(nobody)).toMatchObject({ type: 'auth.required' });
    const sender = await technician();
    const foreign = await sender.fetch(uploadsPath, {
      method: 'POST',
      headers: { ...headers, origin: 'https://evil.test' },
    });
    expect(await problemOf(foreign)).toMatchObject({ type: 'origin.foreign' });
    expect([...foreign.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test('a lost role, and a project that was hidden meanwhile, stop it', async () => {
    const [sender, projectId] = [await technician(), await aProject()];
    const url = await begun(sender, 5, { filename: 'a', projectId });
    const { id: personId } = await call(sender, identityEndpoints.me, {});
    const memberships = app.connection.collection('memberships');
    await memberships.updateOne({ personId }, { $set: { role: 'viewer' } });
    expect(await problemOf(await patch(sender, url, 0, Buffer.from('hello')))).toMatchObject({ type: 'access.denied' });
    await memberships.updateOne({ personId }, { $set: { role: 'technician' } });
    const projects = app.connection.collection<{ _id: string }>('projects');
    await projects.updateOne({ _id: projectId }, { $set: { restricted: true, people: [] } });
    expect((await sender.fetch(url, { method: 'HEAD', headers: tus })).status).toBe(404);
    expect(await problemOf(await patch(sender, url, 0, Buffer.from('hello')))).toMatchObject({ status: 404 });
    expect((await call(sender, fileEndpoints.uploads, {})).items.filter(({ id }) => url.endsWith(id))).toEqual([]);
    await projects.updateOne({ _id: projectId }, { $set: { restricted: false } });
    expect((await patch(sender, url, 0, Buffer.from('hello'))).status).toBe(204);
  });

  test('a role that is lost while bytes come stops them at the next part', async () => {
    const [sender, projectId, bytes] = [await technician(), await aProject(), someBytes(30 * MiB)];
    const url = await begun(sender, bytes.length, { filename: 'a', projectId });
    const { id: personId } = await call(sender, identityEndpoints.me, {});
    const memberships = app.connection.collection('memberships');
    let more = (): void => undefined;
    const slow = new ReadableStream({
      start(controller) {
        controller.enqueue(new Uint8Array(bytes.subarray(0, 9 * MiB)));
        more = () => {
          controller.enqueue(new Uint8Array(bytes.subarray(9 * MiB)));
          controller.close();
        };
      },
    });
    const sending = patch(sender, url, 0, slow);
    await expect.poll(() => rowOf(url).then((row) => row?.offset)).toBe(8 * MiB);
    await memberships.updateOne({ personId }, { $set: { role: 'viewer' } });
    more();
    const refused = await problemOf(await sending);
    await memberships.updateOne({ personId }, { $set: { role: 'technician' } });
    expect(refused).toMatchObject({ type: 'access.denied' });
    expect((await call(sender, fileEndpoints.list, { projectId })).items).toEqual([]);
    const at = await offsetOf(sender, url);
    expect(at).toBe(16 * MiB);
    expect((await patch(sender, url, at, bytes.subarray(at))).status).toBe(204);
  });
});

test('two connections that send the same upload end in one file, whole', async () => {
  const [sender, projectId, bytes] = [await technician(), await aProject(), someBytes(24 * MiB)];
  const url = await begun(sender, bytes.length, { filename: 'a.bin', projectId, sha256: sha256Of(bytes) });
  const both = await Promise.allSettled([patch(sender, url, 0, bytes), patch(sender, url, 0, bytes)]);
  const done = both.filter((one) => one.status === 'fulfilled' && one.value.status === 204);
  expect(done.length).toBeLessThanOrEqual(2);
  const at = await offsetOf(sender, url);
  if (at < bytes.length) await patch(sender, url, at, bytes.subarray(at));
  const { items } = await call(sender, fileEndpoints.list, { projectId });
  expect(items).toHaveLength(1);
  expect((await contentOf(sender, String(items[0]?.id))).equals(bytes)).toBe(true);
});

const rowOf = (url: string) =>
  app.connection
    .collection<{ _id: string; offset: number }>('fileUploads')
    .findOne({ _id: String(url.split('/').at(-1)) });

/** What is set aside for uploads of theirs. */
const reservedBy = async (sender: Awaited<ReturnType<typeof technician>>): Promise<number> => {
  const { items } = await call(sender, fileEndpoints.uploads, {});
  const { person } = await call(sender, fileEndpoints.usage, {});
  const others = items.filter(({ size }) => size !== 10).reduce((sum, { size }) => sum + size, 0);
  return person.reserved - others;
};
