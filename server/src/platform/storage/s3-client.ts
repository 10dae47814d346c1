import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';

export type S3Place = {
  endpoint: string;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
};

/** Milliseconds. */
export type Patience = {
  connect: number;
  /** Until something small is answered. */
  answer: number;
  /** Until a part has gone out and is answered, or an object is put together. */
  transfer: number;
  /** While an object is read and more of it is wanted. */
  silence: number;
};
const usual: Patience = { connect: 5000, answer: 20_000, transfer: 120_000, silence: 30_000 };

/** So many reads, writes and questions at a time; who reads slowly holds one for long. */
const mostConnections = 500;
/** The first try and two more, with pauses that grow. */
const maxAttempts = 3;

/** A client that gives up in time. */
export function s3Client({ endpoint, region, accessKeyId, secretAccessKey }: S3Place, patience = usual) {
  const agent = { keepAlive: true, maxSockets: mostConnections };
  const client = new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    // Bucket names in the host name need a domain and a certificate that only AWS has.
    forcePathStyle: true,
    // Stores that do not know the newer checksums keep their trailers as part of the object. SHA-256 is signed in any case.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts,
    requestHandler: {
      connectionTimeout: patience.connect,
      requestTimeout: patience.transfer,
      throwOnRequestTimeout: true,
      // A reader that pauses makes the connection idle: silence is judged where somebody waits for bytes.
      socketTimeout: 0,
      httpAgent: new HttpAgent(agent),
      httpsAgent: new HttpsAgent(agent),
    },
  } satisfies S3ClientConfig);
  // What carries no object's bytes is answered soon.
  return { client, quickly: { requestTimeout: patience.answer }, longestSilence: patience.silence };
}
