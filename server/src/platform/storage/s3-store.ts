import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  UploadPartCommand,
  type ListMultipartUploadsCommandOutput,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { Readable } from 'node:stream';
import { checkedKey } from './keys.ts';
import { ObjectMissing, StoreUnavailable, type ObjectStore } from './object-store.ts';
import { bodyOf } from './s3-body.ts';
import { s3Client, type Patience, type S3Place } from './s3-client.ts';
import { calling, isMissing } from './s3-calls.ts';

/** Objects of a bucket, of any maker: MinIO, Ceph, AWS. Only what all of them do is asked for. */
export function s3Store(place: S3Place, patience?: Patience): ObjectStore {
  const { client, quickly, longestSilence } = s3Client(place, patience);
  const { bucket: Bucket } = place;
  const object = (key: string) => ({ Bucket, Key: checkedKey(key) });
  const partsOf = ({ key, token }: { key: string; token: string }) => ({ ...object(key), UploadId: token });

  async function sizeOf(key: string): Promise<number | null> {
    try {
      return (await calling(() => client.send(new HeadObjectCommand(object(key)), quickly))).ContentLength ?? 0;
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  /** In parts that are held in memory, so that one that fails is sent again; few at a time. */
  async function putStream(params: ReturnType<typeof object>, bytes: Readable): Promise<void> {
    let broken: unknown;
    bytes.once('error', (error) => (broken = error));
    const upload = new Upload({ client, params: { ...params, Body: bytes }, partSize, queueSize: 2 });
    try {
      await calling(() => upload.done());
    } catch (error) {
      // What happened to the sender is not for the store to put into words.
      throw broken ?? error;
    }
  }

  return {
    async put(key, bytes) {
      const params = object(key);
      if (bytes instanceof Readable) await putStream(params, bytes);
      else await calling(() => client.send(new PutObjectCommand({ ...params, Body: bytes })));
    },

    async startParts(key) {
      const { UploadId: token } = await calling(() =>
        client.send(new CreateMultipartUploadCommand(object(key)), quickly),
      );
      if (token === undefined) throw new StoreUnavailable('The object store began an upload without a name.');
      return { key, token };
    },

    async putPart(upload, { index, bytes }) {
      const { ETag } = await calling(() =>
        client.send(new UploadPartCommand({ ...partsOf(upload), PartNumber: index + 1, Body: bytes })),
      );
      if (ETag === undefined) throw new StoreUnavailable('The object store took a part without a receipt.');
      return ETag;
    },

    async completeParts(upload, receipts) {
      const Parts = receipts.map((ETag, index) => ({ ETag, PartNumber: index + 1 }));
      try {
        await calling(() =>
          client.send(new CompleteMultipartUploadCommand({ ...partsOf(upload), MultipartUpload: { Parts } })),
        );
      } catch (error) {
        // Also where the answer of an earlier call was lost on its way.
        if (!isMissing(error) || (await sizeOf(upload.key)) === null) throw error;
      }
    },

    async abandonParts(upload) {
      try {
        await calling(() => client.send(new AbortMultipartUploadCommand(partsOf(upload)), quickly));
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    },

    async read(key, range) {
      if (range && range.from >= range.to) return nothingOf(key);
      const Range = range && `bytes=${range.from}-${range.to - 1}`;
      try {
        return bodyOf(await calling(() => client.send(new GetObjectCommand({ ...object(key), Range }))), {
          range,
          longestSilence,
        });
      } catch (error) {
        // There is no byte in the range.
        if (error instanceof RangeError) return nothingOf(key);
        throw error;
      }
    },

    sizeOf,

    async remove(key) {
      await calling(() => client.send(new DeleteObjectCommand(object(key)), quickly));
    },

    async *list(prefix) {
      let ContinuationToken: string | undefined;
      do {
        const page = await calling(() =>
          client.send(new ListObjectsV2Command({ Bucket, Prefix: prefix, ContinuationToken }), quickly),
        );
        for (const { Key: key, Size: size = 0, LastModified: modifiedAt = new Date() } of page.Contents ?? []) {
          if (key !== undefined) yield { key, size, modifiedAt };
        }
        ContinuationToken = page.IsTruncated === true ? page.NextContinuationToken : undefined;
      } while (ContinuationToken !== undefined);
    },

    async *openParts(before) {
      let marker: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } | null = {};
      while (marker) {
        const page: ListMultipartUploadsCommandOutput = await calling(() =>
          client.send(new ListMultipartUploadsCommand({ Bucket, ...marker }), quickly),
        );
        for (const { Key: key, UploadId: token, Initiated: at = new Date() } of page.Uploads ?? []) {
          if (key !== undefined && token !== undefined && at < before) yield { key, token };
        }
        const { IsTruncated, NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = page;
        marker = IsTruncated === true && KeyMarker !== undefined ? { KeyMarker, UploadIdMarker } : null;
      }
    },

    async linkTo(key, seconds) {
      return getSignedUrl(client, new GetObjectCommand(object(key)), { expiresIn: seconds });
    },

    close: async () => client.destroy(),
  };

  async function nothingOf(key: string) {
    const size = await sizeOf(key);
    if (size === null) throw new ObjectMissing(key);
    return { size, body: Readable.from([]) };
  }
}

const partSize = 8 * 1024 * 1024;
