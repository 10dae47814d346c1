/** Of `s3rver`, which brings no types, what the tests use. */
declare module 's3rver' {
  import type { RequestListener } from 'node:http';

  type Context = {
    method: string;
    path: string;
    query: Record<string, string | undefined>;
    headers: Record<string, string | undefined>;
    set(header: string, value: string): void;
    status: number;
    body: unknown;
    type: string;
  };
  type Middleware = (context: Context, next: () => Promise<void>) => Promise<void>;
  type Written = { size: number; md5: string };
  export default class S3rver {
    constructor(options: { directory: string; silent: boolean; allowMismatchedSignatures: boolean });
    middleware: Middleware[];
    store: {
      putObject(object: { bucket: string; key: string }): Promise<Written>;
      putPart(bucket: string, upload: string, part: number, content: unknown): Promise<Written>;
      putObjectMultipart(bucket: string, upload: string, parts: { number: number; etag: string }[]): Promise<Written>;
      getResourcePath(bucket: string, key: string | undefined, resource: string): string;
      putBucket(bucket: string): Promise<unknown>;
    };
    logger: { close(): void; exceptions: { unhandle(): void } };
    callback(): RequestListener;
  }
}
declare module 's3rver/lib/models/error.js' {
  export default class S3Error extends Error {
    constructor(code: string, message: string);
  }
}
