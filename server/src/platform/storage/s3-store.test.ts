import { randomBytes } from 'node:crypto';
import { request, type RequestListener } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startAnswering } from '../../../test/storage/answering.ts';
import { all, objectStoreContract } from '../../../test/storage/object-store.contract.ts';
import { startS3, type S3 } from '../../../test/storage/s3.ts';
import { StoreUnavailable, type ObjectStore } from './object-store.ts';
import { s3Store } from './s3-store.ts';

const key = 'sandbox/p/u/a.enc';
/** Milliseconds; a store that does not answer is given up soon. */
const patience = { connect: 300, answer: 300, transfer: 300, silence: 300 };

objectStoreContract('S3', async () => s3Store((await open()).place));

const opened: S3[] = [];
async function open(): Promise<S3> {
  const s3 = await startS3();
  opened.push(s3);
  return s3;
}
afterAll(() => Promise.all(opened.map((s3) => s3.close())));

describe('a bucket', () => {
  let s3: S3;
  let store: ObjectStore;
  beforeAll(async () => {
    s3 = await open();
    store = s3Store(s3.place, patience);
  });
  afterAll(() => store.close());

  test('gives links that anybody can read by, for a time', async () => {
    await store.put(key, Buffer.from('sealed'));
    const link = String(await store.linkTo(key, 60));
    expect(await (await fetch(link)).text()).toBe('sealed');
    expect(new URL(link).searchParams.get('X-Amz-Expires')).toBe('60');
  });

  test('that is stopped is told as away, and used again when it is back; an upload goes on', async () => {
    const bytes = randomBytes(5 * 1024 * 1024 + 3);
    const upload = await store.startParts('sandbox/p/u/b.enc');
    const part = (index: number) => {
      const [offset, end] = index === 0 ? [0, 5 * 1024 * 1024] : [5 * 1024 * 1024, bytes.length];
      return { index, offset, bytes: bytes.subarray(offset, end) };
    };
    const first = await store.putPart(upload, part(0));
    await s3.stop();
    const tries = [
      store.put(key, Buffer.from('x')),
      store.read(key),
      store.sizeOf(key),
      store.remove(key),
      store.startParts(key),
      store.putPart(upload, part(1)),
      store.completeParts(upload, [first]),
      store.abandonParts(upload),
      all(store.list('')),
      all(store.openParts(new Date())),
    ];
    const failures = await Promise.allSettled(tries);
    await s3.start();
    expect(
      failures.map((failure) => failure.status === 'rejected' && failure.reason instanceof StoreUnavailable),
    ).toEqual(tries.map(() => true));
    await store.completeParts(upload, [first, await store.putPart(upload, part(1))]);
    expect((await buffer((await store.read('sandbox/p/u/b.enc')).body)).equals(bytes)).toBe(true);
  });

  test('that is not there, or whose key is another, is away: nothing is said of its objects', async () => {
    const none = s3Store({ ...s3.place, bucket: 'another' }, patience);
    const stranger = s3Store({ ...s3.place, accessKeyId: 'wrong' }, patience);
    for (const other of [none, stranger]) {
      await expect(other.read(key)).rejects.toBeInstanceOf(StoreUnavailable);
      await expect(all(other.list(''))).rejects.toBeInstanceOf(StoreUnavailable);
      await expect(other.put(key, Buffer.from('x'))).rejects.toBeInstanceOf(StoreUnavailable);
      await other.close();
    }
  });

  test('whose answer to the completion is lost has the object all the same', async () => {
    let lost = 0;
    const { host } = new URL(s3.place.endpoint);
    const proxy = await startAnswering((req, res) => {
      const forward = request(
        { host: '127.0.0.1', port: host.split(':')[1], path: req.url, method: req.method, headers: req.headers },
        (answer) => {
          if (req.method === 'POST' && req.url?.includes('uploadId') === true && lost++ === 0) return res.destroy();
          res.writeHead(answer.statusCode ?? 500, answer.headers);
          return answer.pipe(res);
        },
      );
      req.pipe(forward);
    });
    const through = s3Store({ ...s3.place, endpoint: proxy.place.endpoint }, { ...patience, transfer: 3000 });
    const upload = await through.startParts('sandbox/p/u/c.enc');
    const receipt = await through.putPart(upload, { index: 0, offset: 0, bytes: Buffer.from('whole') });
    await through.completeParts(upload, [receipt]);
    expect(lost).toBe(2);
    expect(String(await buffer((await store.read('sandbox/p/u/c.enc')).body))).toBe('whole');
    await through.close();
    await proxy.close();
  });
});

describe('a store that', () => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });
  async function storeThat(answers: RequestListener): Promise<ObjectStore> {
    const answering = await startAnswering(answers);
    const store = s3Store(answering.place, patience);
    closing.push(() => store.close(), answering.close);
    return store;
  }

  test('lists in pages is asked for all of them', async () => {
    const asked: string[] = [];
    const store = await storeThat((req, res) => {
      const { searchParams } = new URL(String(req.url), 'http://store');
      const isUploads = searchParams.has('uploads');
      const token = searchParams.get(isUploads ? 'upload-id-marker' : 'continuation-token') ?? '';
      asked.push(token);
      const n = Number(token);
      const more = `<IsTruncated>${n < 2}</IsTruncated><NextContinuationToken>${n + 1}</NextContinuationToken>
        <NextKeyMarker>${n}.enc</NextKeyMarker><NextUploadIdMarker>${n + 1}</NextUploadIdMarker>`;
      const at = '2026-01-01T00:00:00.000Z';
      const item = isUploads
        ? `<Upload><Key>${n}.enc</Key><UploadId>u${n}</UploadId><Initiated>${at}</Initiated></Upload>`
        : `<Contents><Key>${n}.enc</Key><Size>${n}</Size><LastModified>${at}</LastModified></Contents>`;
      res.end(`<Result>${item}${more}</Result>`);
    });
    expect((await all(store.list(''))).map((object) => object.key)).toEqual(['0.enc', '1.enc', '2.enc']);
    expect(asked.splice(0)).toEqual(['', '1', '2']);
    expect((await all(store.openParts(new Date()))).map(({ token }) => token)).toEqual(['u0', 'u1', 'u2']);
    expect(asked).toEqual(['', '1', '2']);
  });

  test('does not answer is given up, after three tries', async () => {
    let asked = 0;
    const store = await storeThat(() => void asked++);
    await expect(store.sizeOf(key)).rejects.toBeInstanceOf(StoreUnavailable);
    expect(asked).toBe(3);
  });

  test('has no room says so', async () => {
    const store = await storeThat((req, res) => {
      req.resume().on('end', () => res.writeHead(507).end(refusal('XMinioStorageFull')));
    });
    await expect(store.put(key, Buffer.from('x'))).rejects.toThrow(/XMinioStorageFull/);
    await expect(store.put(key, Buffer.from('x'))).rejects.toBeInstanceOf(StoreUnavailable);
  });

  test('is overloaded for a moment is asked again', async () => {
    let asked = 0;
    const store = await storeThat((req, res) => {
      req.resume().on('end', () => {
        if (asked++ === 0) res.writeHead(503).end(refusal('SlowDown'));
        else res.writeHead(200, { etag: '"a"' }).end();
      });
    });
    await store.put(key, Buffer.from('x'));
    expect(asked).toBe(2);
  });

  test('sends less than it said ends the stream with an error', async () => {
    const store = await storeThat((_req, res) => {
      res.writeHead(200, { 'content-length': '100' }).write('half');
      setImmediate(() => res.destroy());
    });
    const { body } = await store.read(key);
    await expect(buffer(body)).rejects.toBeInstanceOf(StoreUnavailable);
  });

  test('falls silent in the middle ends the stream with an error', async () => {
    const store = await storeThat((_req, res) => void res.writeHead(200, { 'content-length': '100' }).write('half'));
    const { body } = await store.read(key);
    await expect(buffer(body)).rejects.toThrow(/silent/);
  });

  test('sends what nobody begins to read is let go of', async () => {
    const gone = Promise.withResolvers<void>();
    const store = await storeThat((_req, res) => {
      res.once('close', () => gone.resolve());
      res.writeHead(200, { 'content-length': '100' }).write('half');
    });
    const { body } = await store.read(key);
    body.destroy();
    await gone.promise;
    expect(body.destroyed).toBe(true);
  });

  test.each([
    ['no range', 200, {}],
    ['another range', 206, { 'content-range': 'bytes 0-9/100' }],
  ])('answers with %s is not believed', async (_, status, headers) => {
    const store = await storeThat((_req, res) => void res.writeHead(status, headers).end('0123456789'));
    await expect(store.read(key, { from: 10, to: 20 })).rejects.toThrow(/another range/);
  });
});

const refusal = (code: string): string =>
  `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`;
