import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import S3rver from 's3rver';
import S3Error from 's3rver/lib/models/error.js';

export type S3 = {
  place: { endpoint: string; region: string; bucket: string; accessKeyId: string; secretAccessKey: string };
  /** Lets go of the port and of every connection, as a store that was stopped. */
  stop(): Promise<void>;
  /** The same objects on the same port again. */
  start(): Promise<void>;
  close(): Promise<void>;
};

const bucket = 'cobench';

/** An S3 store on a port of its own, with an empty bucket. */
export async function startS3(): Promise<S3> {
  const directory = await mkdtemp(join(tmpdir(), 'cobench-s3-'));
  const rver = new S3rver({ directory, silent: true, allowMismatchedSignatures: false });
  whatIsLacking(rver);
  await rver.store.putBucket(bucket);
  let http: Server;
  async function start(port = 0): Promise<number> {
    http = createServer(rver.callback()).listen(port, '127.0.0.1');
    await once(http, 'listening');
    return (http.address() as AddressInfo).port;
  }
  async function stop(): Promise<void> {
    const closed = once(http, 'close');
    http.close();
    http.closeAllConnections();
    await closed;
  }
  const port = await start();
  const secrets = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
  return {
    place: { endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', bucket, ...secrets },
    stop,
    start: async () => void (await start(port)),
    async close() {
      if (http.listening) await stop();
      rver.logger.exceptions.unhandle();
      rver.logger.close();
      await rm(directory, { recursive: true });
    },
  };
}

/**
 * s3rver does not do everything that MinIO, Ceph and AWS do, or does it otherwise: writes that are answered may not be
 * there yet, uploads can be neither abandoned nor listed, tags of parts are not compared, and a range of an empty object,
 * or of the first byte alone, is answered wrongly.
 */
function whatIsLacking(rver: S3rver): void {
  const { store } = rver;
  const putObject = store.putObject.bind(store);
  store.putObject = async (object) => {
    const written = await putObject(object);
    await grown(store.getResourcePath(object.bucket, object.key, 'object'), written.size);
    return written;
  };
  const uploads = store.getResourcePath(bucket, undefined, 'uploads');
  const putPart = store.putPart.bind(store);
  store.putPart = async (name, upload, part, content) => {
    const written = await putPart(name, upload, part, content);
    await grown(join(uploads, upload, String(part)), written.size);
    return written;
  };

  const putObjectMultipart = store.putObjectMultipart.bind(store);
  store.putObjectMultipart = async (name, upload, parts) => {
    for (const { number, etag } of parts) {
      const kept = await readFile(join(uploads, upload, `${number}.md5`), 'utf8').catch(() => null);
      if (kept !== etag) throw new S3Error('InvalidPart', `Part ${number} is another.`);
    }
    return putObjectMultipart(name, upload, parts);
  };

  rver.middleware.unshift(async (context, next) => {
    const { method, query, path, headers } = context;
    const upload = query['uploadId'];
    if (upload !== undefined && !(await sizeOf(join(uploads, upload))))
      throw new S3Error('NoSuchUpload', 'There is no such upload.');
    if (upload !== undefined && method === 'DELETE') {
      await rm(join(uploads, upload), { recursive: true });
      context.status = 204;
      return;
    }
    if (method === 'GET' && query['uploads'] !== undefined) {
      context.type = 'application/xml';
      context.body = `<ListMultipartUploadsResult>${await listed(uploads)}</ListMultipartUploadsResult>`;
      return;
    }
    const file = store.getResourcePath(bucket, path.slice(`/${bucket}/`.length), 'object');
    const size = method === 'GET' && headers['range'] !== undefined ? await sizeOf(file) : null;
    if (size === 0) throw new S3Error('InvalidRange', 'There is no byte.');
    if (size !== null && headers['range'] === 'bytes=0-0') {
      context.status = 206;
      context.set('Content-Range', `bytes 0-0/${size}`);
      context.body = (await readFile(file)).subarray(0, 1);
      return;
    }
    await next();
  });
}

async function listed(uploads: string): Promise<string> {
  const tokens = await readdir(uploads).catch(() => []);
  const items = tokens.map(async (token) => {
    const [key, { birthtime }] = await Promise.all([
      readFile(join(uploads, token, 'key'), 'utf8'),
      stat(join(uploads, token)),
    ]);
    return `<Upload><Key>${key}</Key><UploadId>${token}</UploadId><Initiated>${birthtime.toISOString()}</Initiated></Upload>`;
  });
  return (await Promise.all(items)).join('');
}

async function grown(file: string, size: number): Promise<void> {
  while ((await sizeOf(file)) !== size) await turn();
}

const sizeOf = (path: string): Promise<number | null> =>
  stat(path).then(
    ({ size }) => size,
    () => null,
  );
