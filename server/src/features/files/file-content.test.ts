import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readlinkSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import type { DataFile } from '@cobench/shared/files/file';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory, nobodysId } from '../../../test/laboratory.ts';
import { storeFile } from '../../../test/stored-files.ts';

let app: TestApp;
let projectId: string;
beforeAll(async () => {
  app = await startTestApp();
  projectId = (await laboratory(app).aProject()).id;
});
afterAll(() => app.close());

type Over = Omit<Parameters<typeof storeFile>[1], 'projectId'>;
const aFile = (over: Over = {}) => storeFile(app, { projectId, ...over });
const viewer = () => app.as('viewer@acme.test');
const contentOf = ({ id }: { id: string }, query = '') => `/api/v1/files/${id}/content${query}`;
async function read(path: string, headers: Record<string, string> = {}, method = 'GET') {
  const response = await (await viewer()).fetch(path, { headers, method });
  return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) };
}
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
/** Where the object of a file's only version lies. */
async function objectOf({ id }: { id: string }) {
  const row = await app.connection.collection('fileVersions').findOne({ fileId: id });
  return join(app.config.dataDir, 'files', String(row?.['objectKey']));
}

test('a file comes back as it was, with its checksum as its tag, and nothing that could run', async () => {
  const bytes = randomBytes(200_000);
  const file = await aFile({ bytes, name: 'Run 7.csv', mediaType: 'text/csv' });
  const { status, headers, body } = await read(contentOf(file));
  expect(status).toBe(200);
  expect(body.equals(bytes)).toBe(true);
  expect(Object.fromEntries(headers)).toMatchObject({
    'content-type': 'text/csv; charset=utf-8',
    'content-length': '200000',
    'content-disposition': 'attachment; filename="Run 7.csv"',
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, no-cache',
    'accept-ranges': 'bytes',
    etag: `"${sha256(bytes)}"`,
  });
});

test('HEAD tells the same and sends nothing, also where a range is asked for', async () => {
  const file = await aFile();
  const [get, head] = [await read(contentOf(file)), await read(contentOf(file), { range: 'bytes=0-1' }, 'HEAD')];
  const told = (headers: Headers) => ['content-length', 'etag', 'content-type'].map((name) => headers.get(name));
  expect(head.status).toBe(200);
  expect(told(head.headers)).toEqual(told(get.headers));
  expect(head.body).toHaveLength(0);
});

describe('ranges', () => {
  const bytes = randomBytes(200_000);
  let file: DataFile;
  beforeAll(async () => void (file = await aFile({ bytes })));

  test.each([
    ['bytes=0-0', 0, 1],
    ['bytes=0-199999', 0, 200_000],
    ['bytes=65535-65536', 65_535, 65_537],
    ['bytes=150000-', 150_000, 200_000],
    ['bytes=-5', 199_995, 200_000],
    ['bytes=-999999', 0, 200_000],
    ['bytes=199999-999999999999999999999', 199_999, 200_000],
    ['Bytes = 10-20', 10, 21],
  ])('%s is answered alone', async (range, from, to) => {
    const { status, headers, body } = await read(contentOf(file), { range });
    expect([status, headers.get('content-range')]).toEqual([206, `bytes ${from}-${to - 1}/200000`]);
    expect(headers.get('content-length')).toBe(String(to - from));
    expect(body.equals(bytes.subarray(from, to))).toBe(true);
  });

  test.each(['bytes=200000-', 'bytes=200000-200001', 'bytes=-0', 'bytes=99999999999999999999-'])(
    '%s is nowhere in it',
    async (range) => {
      const { status, headers, body } = await read(contentOf(file), { range });
      expect([status, headers.get('content-range'), body.length]).toEqual([416, 'bytes */200000', 0]);
    },
  );

  test.each(['bytes=0-1,5-6', 'bytes=5-4', 'bytes=-', 'bytes=a-b', 'lines=0-1', 'bytes=0x1-2', 'bytes=--1'])(
    '%s is not understood, and all is sent',
    async (range) => {
      const { status, body } = await read(contentOf(file), { range });
      expect([status, body.length]).toEqual([200, 200_000]);
    },
  );

  test('a range of what was there before is not mixed with what is there now', async () => {
    const etag = `"${sha256(bytes)}"`;
    const statuses = [];
    for (const before of [etag, '"other"', `W/${etag}`, 'Wed, 21 Oct 2015 07:28:00 GMT']) {
      statuses.push((await read(contentOf(file), { range: 'bytes=0-1', 'if-range': before })).status);
    }
    expect(statuses).toEqual([206, 200, 200, 200]);
  });

  test('conditions: what is known is not sent again, and what is another is not sent', async () => {
    const etag = `"${sha256(bytes)}"`;
    const statuses = [];
    for (const known of [etag, `"a", W/${etag}`, '*', '"a"', 'nonsense']) {
      const { status, body } = await read(contentOf(file), { 'if-none-match': known });
      statuses.push([status, body.length]);
    }
    const [known, whole] = [
      [304, 0],
      [200, 200_000],
    ];
    expect(statuses).toEqual([known, known, known, whole, whole]);
    expect((await read(contentOf(file), { 'if-match': '"other"' })).status).toBe(412);
    expect((await read(contentOf(file), { 'if-match': etag })).status).toBe(200);
  });
});

test('an empty file is one, and has no ranges', async () => {
  const file = await aFile({ bytes: Buffer.alloc(0) });
  const [whole, range, last] = [
    await read(contentOf(file)),
    await read(contentOf(file), { range: 'bytes=0-' }),
    await read(contentOf(file), { range: 'bytes=-1' }),
  ];
  expect([whole.status, whole.body.length, whole.headers.get('content-length')]).toEqual([200, 0, '0']);
  expect([range.status, last.status, last.headers.get('content-range')]).toEqual([416, 416, 'bytes */0']);
});

test('an older version is read by its number; one that is not there does not exist', async () => {
  const [first, second] = [randomBytes(10), randomBytes(20)];
  const { id } = await aFile({ bytes: first });
  await aFile({ bytes: second, fileId: id });
  expect((await read(contentOf({ id }))).body.equals(second)).toBe(true);
  expect((await read(contentOf({ id }, '?version=1'))).body.equals(first)).toBe(true);
  expect((await read(contentOf({ id }, '?version=3'))).status).toBe(404);
  expect((await read(contentOf({ id }, '?version=0'))).status).toBe(400);
});

describe('names', () => {
  test.each([
    ['a.csv', 'attachment; filename="a.csv"'],
    ['It’s 5 °C.csv', `attachment; filename="It_s 5 _C.csv"; filename*=UTF-8''It%E2%80%99s%205%20%C2%B0C.csv`],
    ['a"b\\c.txt', `attachment; filename="a_b_c.txt"; filename*=UTF-8''a%22b%5Cc.txt`],
    [
      'a"; filename=evil.html; x=".txt',
      `attachment; filename="a_; filename=evil.html; x=_.txt"; filename*=UTF-8''a%22%3B%20filename%3Devil.html%3B%20x%3D%22.txt`,
    ],
    ['a\r\nSet-Cookie: x=y.txt', 'attachment; filename="aSet-Cookie: x=y.txt"'],
    ['100%41.txt', `attachment; filename="100_41.txt"; filename*=UTF-8''100%2541.txt`],
    [`o'(x)*.txt`, `attachment; filename="o'(x)*.txt"`],
    ['测量.csv', `attachment; filename="__.csv"; filename*=UTF-8''%E6%B5%8B%E9%87%8F.csv`],
    ['🔬.txt', `attachment; filename="__.txt"; filename*=UTF-8''%F0%9F%94%AC.txt`],
    ['broken\ud800.txt', `attachment; filename="broken_.txt"; filename*=UTF-8''broken%EF%BF%BD.txt`],
  ])('%j stays within its quotes and its header', async (name, disposition) => {
    const file = await aFile();
    // Uploads do not give all of these; what a row says is told safely all the same.
    await app.connection.collection<{ _id: string }>('files').updateOne({ _id: file.id }, { $set: { name } });
    const { status, headers } = await read(contentOf(file));
    expect(status).toBe(200);
    expect(headers.get('content-disposition')).toBe(disposition);
    expect(headers.getSetCookie().some((cookie) => cookie.startsWith('x='))).toBe(false);
  });
});

describe('what could run', () => {
  const page = Buffer.from('<script>alert(document.cookie)</script>');
  test.each([
    ['text/html', 'text/plain; charset=utf-8'],
    ['text/javascript', 'text/plain; charset=utf-8'],
    ['text/css', 'text/plain; charset=utf-8'],
    ['image/svg+xml', 'application/octet-stream'],
    ['application/xhtml+xml', 'application/octet-stream'],
    ['application/xml', 'application/octet-stream'],
    ['application/javascript', 'application/octet-stream'],
    ['TEXT/HTML; charset=x', 'text/plain; charset=utf-8'],
    ['video/x\r\nSet-Cookie: a=b', 'application/octet-stream'],
    ['nonsense', 'application/octet-stream'],
  ])('%s is given out as something else, and never shown in place', async (mediaType, type) => {
    const file = await aFile({ bytes: page, mediaType, name: 'picture.png' });
    const { headers } = await read(contentOf(file, '?as=inline'));
    expect(headers.get('content-type')).toBe(type);
    expect(headers.get('content-disposition')).toBe('attachment; filename="picture.png"');
    expect(headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
  });

  test.each(['image/png', 'application/pdf', 'audio/mpeg', 'video/mp4', 'text/plain', 'application/json'])(
    '%s may be shown in place',
    async (mediaType) => {
      const { headers } = await read(contentOf(await aFile({ mediaType, name: 'x' }), '?as=inline'));
      expect(headers.get('content-type')?.split(';')[0]).toBe(mediaType);
      expect(headers.get('content-disposition')).toBe('inline; filename="x"');
    },
  );
});

describe('quarantine', () => {
  const judged = (file: DataFile, scan: string) =>
    app.connection.collection('fileVersions').updateOne({ fileId: file.id }, { $set: { scan } });

  test.each([
    ['waiting', 'is in quarantine'],
    ['infected', 'found something'],
  ])('what is %s does not go out, by no way', async (scan, words) => {
    const file = await aFile({ mediaType: 'image/png' });
    await judged(file, scan);
    const archive = `/api/v1/files/archive?ids=${file.id}`;
    for (const path of [contentOf(file), `/api/v1/files/${file.id}/image`, archive]) {
      const { status, body } = await read(path);
      expect(status).toBe(409);
      expect(body.toString()).toContain(words);
    }
    const link = await (await viewer()).post(`/api/v1/files/${file.id}/sealed-link`, {});
    expect(link.status).toBe(409);
  });

  test('what is clean goes out', async () => {
    const file = await aFile();
    await judged(file, 'clean');
    expect((await read(contentOf(file))).status).toBe(200);
  });
});

describe('what is stored is broken', () => {
  const flip = async (file: DataFile, at: number) => {
    const path = await objectOf(file);
    const sealed = await readFile(path);
    sealed[at] = Number(sealed[at]) ^ 1;
    await writeFile(path, sealed);
  };

  test('at its beginning: not a byte is sent, and the answer says so', async () => {
    const file = await aFile();
    await flip(file, 100);
    const { status, headers, body } = await read(contentOf(file));
    expect([status, headers.get('content-type')]).toEqual([500, 'application/problem+json; charset=utf-8']);
    expect(headers.get('content-disposition')).toBeNull();
    expect(body.toString()).toContain('damaged');
  });

  test('further on: the connection breaks, and nobody takes a part for the whole', async () => {
    const bytes = randomBytes(500_000);
    const file = await aFile({ bytes });
    await flip(file, 400_000);
    const response = await (await viewer()).fetch(contentOf(file));
    expect(response.status).toBe(200);
    await expect(response.arrayBuffer()).rejects.toThrow('terminated');
    const range = await read(contentOf(file), { range: 'bytes=0-100000' });
    expect(range.body.equals(bytes.subarray(0, 100_001))).toBe(true);
  });

  test('cut short, or longer, or of another file', async () => {
    const [file, other] = [await aFile({ bytes: randomBytes(300) }), await aFile({ bytes: randomBytes(300) })];
    const path = await objectOf(file);
    const sealed = await readFile(path);
    const foreign = await readFile(await objectOf(other));
    for (const bytes of [sealed.subarray(0, -1), Buffer.concat([sealed, Buffer.from('x')]), foreign, Buffer.alloc(0)]) {
      await writeFile(path, bytes);
      expect((await read(contentOf(file))).status).toBe(500);
    }
  });
});

test.runIf(process.platform === 'linux')('whoever goes away ends the reading', async () => {
  const file = await aFile({ bytes: randomBytes(32 * 1024 * 1024) });
  const cookie = (await viewer()).cookie('/api');
  const path = await objectOf(file);
  const leadsThere = (fd: string) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path;
    } catch {
      return false;
    }
  };
  const isOpen = () => readdirSync('/proc/self/fd').some(leadsThere);
  await new Promise<void>((resolve, reject) => {
    const asked = request(new URL(contentOf(file), app.origin), { headers: { cookie } }, (answer) => {
      answer.once('data', () => {
        answer.pause();
        expect(isOpen()).toBe(true);
        answer.destroy();
        resolve();
      });
    });
    asked.on('error', reject).end();
  });
  await expect.poll(isOpen).toBe(false);
});

describe('who may not', () => {
  const paths = [
    contentOf({ id: nobodysId }),
    `/api/v1/files/${nobodysId}/image`,
    `/api/v1/files/archive?ids=${nobodysId}`,
  ];

  test('another organisation’s file does not exist, by no way', async () => {
    const file = await aFile({ mediaType: 'image/png' });
    const stranger = await app.as('admin@borealis.test');
    for (const path of paths) {
      const [foreign, unknown] = [await stranger.get(path.replace(nobodysId, file.id)), await stranger.get(path)];
      const problems = (await Promise.all([foreign.json(), unknown.json()])) as object[];
      expect([foreign.status, unknown.status]).toEqual([404, 404]);
      expect({ ...problems[0], instance: '' }).toEqual({ ...problems[1], instance: '' });
    }
  });

  test('nobody gets in without a session', async () => {
    const file = await aFile();
    for (const path of paths) {
      expect((await fetch(new URL(path.replace(nobodysId, file.id), app.origin))).status).toBe(401);
    }
  });
});
