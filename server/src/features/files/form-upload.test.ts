import { fileEndpoints } from '@cobench/shared/files/endpoints';
import { DataFile } from '@cobench/shared/files/file';
import { identityEndpoints } from '@cobench/shared/identity/identity';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call } from '../../../test/call.ts';
import { contentOf, problemOf, sha256Of, someBytes, type Sender } from '../../../test/file-house.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory, nobodysId } from '../../../test/laboratory.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const technician = () => app.as('technician@acme.test');
const aProject = async (): Promise<string> => (await laboratory(app).aProject()).id;
const path = '/api/v1/files';

type Fields = [name: string, value: string | Blob, filename?: string][];
function send(sender: Sender, fields: Fields): Promise<Response> {
  const form = new FormData();
  for (const [name, value, filename] of fields) {
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, value, filename);
  }
  return sender.fetch(path, { method: 'POST', body: form });
}
const blob = (bytes: Uint8Array): Blob => new Blob([new Uint8Array(bytes)]);

test.each([[0], [5], [8 * 2 ** 20], [17 * 2 ** 20 + 3]])(
  'a form with a file of %i bytes becomes that file',
  async (size) => {
    const [sender, projectId, bytes] = [await technician(), await aProject(), someBytes(size)];
    const fields: Fields = [
      ['projectId', projectId],
      ['folder', 'raw/2026'],
      ['tags', 'one,two'],
      ['sha256', sha256Of(bytes)],
    ];
    const response = await send(sender, [...fields, ['file', blob(bytes), 'run 7.bin']]);
    expect(response.status).toBe(201);
    const file = DataFile.parse(await response.json());
    expect(file).toMatchObject({ name: 'run 7.bin', folder: 'raw/2026', tags: ['one', 'two'], latest: { size } });
    expect((await contentOf(sender, file.id)).equals(bytes)).toBe(true);
  },
);

test.each<[string, (projectId: string) => Fields, object]>([
  ['no file', (projectId) => [['projectId', projectId]], { type: 'input.invalid', errors: [{ pointer: '/file' }] }],
  [
    'no project',
    () => [['file', blob(someBytes(5)), 'a']],
    { type: 'input.invalid', errors: [{ pointer: '/projectId' }] },
  ],
  [
    'a project that is not there',
    () => [
      ['projectId', nobodysId],
      ['file', blob(someBytes(5)), 'a'],
    ],
    { type: 'input.invalid', errors: [{ pointer: '/projectId' }] },
  ],
  [
    'a field behind the file',
    (projectId) => [
      ['projectId', projectId],
      ['file', blob(someBytes(5)), 'a'],
      ['folder', 'late'],
    ],
    { type: 'input.invalid', errors: [{ pointer: '/folder' }] },
  ],
  [
    'two files',
    (projectId) => [
      ['projectId', projectId],
      ['file', blob(someBytes(5)), 'a'],
      ['file', blob(someBytes(5)), 'b'],
    ],
    { type: 'input.invalid', errors: [{ pointer: '/file' }] },
  ],
  [
    'a field twice',
    (projectId) => [
      ['projectId', projectId],
      ['projectId', projectId],
      ['file', blob(someBytes(5)), 'a'],
    ],
    { type: 'input.invalid', errors: [{ pointer: '/projectId' }] },
  ],
  [
    'a file under another name',
    (projectId) => [
      ['projectId', projectId],
      ['upload', blob(someBytes(5)), 'a'],
    ],
    { type: 'input.invalid', errors: [{ pointer: '/upload' }] },
  ],
  [
    'another hash than it has',
    (projectId) => [
      ['projectId', projectId],
      ['sha256', '0'.repeat(64)],
      ['file', blob(someBytes(9 * 2 ** 20)), 'a'],
    ],
    { type: 'input.invalid', errors: [{ pointer: '/sha256' }] },
  ],
])('a form with %s is refused, and nothing is left of it', async (_what, fieldsOf, problem) => {
  const [sender, projectId] = [await technician(), await aProject()];
  const response = await send(sender, fieldsOf(projectId));
  expect(await problemOf(response)).toMatchObject(problem);
  expect((await call(sender, fileEndpoints.list, { projectId })).items).toEqual([]);
  expect((await call(sender, fileEndpoints.usage, {})).person.reserved).toBe(0);
});

test.each([
  ['JSON', 'application/json', '{}', 'input.unsupported'],
  ['a form without a boundary', 'multipart/form-data', 'x', 'input.malformed'],
  [
    'a form that breaks off',
    'multipart/form-data; boundary=x',
    '--x\r\ncontent-disposition: form-data; name="a"',
    'input.malformed',
  ],
])('%s is refused', async (_what, type, body, code) => {
  const sender = await technician();
  const response = await sender.fetch(path, { method: 'POST', body, headers: { 'content-type': type } });
  expect(await problemOf(response)).toMatchObject({ type: code });
});

test('a file that ends in the middle of the form does not become one', async () => {
  const [sender, projectId] = [await technician(), await aProject()];
  const head = `--x\r\ncontent-disposition: form-data; name="projectId"\r\n\r\n${projectId}\r\n--x\r\n`;
  const body = `${head}content-disposition: form-data; name="file"; filename="a"\r\n\r\nhalf of it`;
  const headers = { 'content-type': 'multipart/form-data; boundary=x' };
  expect(await problemOf(await sender.fetch(path, { method: 'POST', body, headers }))).toMatchObject({
    type: 'input.malformed',
  });
  expect((await call(sender, fileEndpoints.list, { projectId })).items).toEqual([]);
  expect((await call(sender, fileEndpoints.usage, {})).person.reserved).toBe(0);
});

test('a script sends files with a token of its owner, as far as its scopes go', async () => {
  const [sender, projectId] = [await technician(), await aProject()];
  const tokenOf = async (scopes: ('read' | 'write')[]): Promise<Sender> => {
    const { secret } = await call(sender, identityEndpoints.createToken, { name: scopes.join(), scopes });
    const authorization = `Bearer ${secret}`;
    const fetchWith = (address: string, init: RequestInit = {}) =>
      fetch(new URL(address, app.origin), { ...init, headers: { ...(init.headers as object), authorization } });
    return { fetch: fetchWith, send: (method, address) => fetchWith(address, { method }) };
  };
  const fields: Fields = [
    ['projectId', projectId],
    ['file', blob(Buffer.from('hello')), 'a.txt'],
  ];
  expect((await send(await tokenOf(['read', 'write']), fields)).status).toBe(201);
  expect(await problemOf(await send(await tokenOf(['read']), fields))).toMatchObject({ type: 'access.denied' });
});
