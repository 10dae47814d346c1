import { S3ServiceException } from '@aws-sdk/client-s3';
import { ObjectMissing, StoreUnavailable } from './object-store.ts';

/**
 * Calls the store; what it answers is told in our words.
 * @throws ObjectMissing, StoreUnavailable, RangeError where the object has no byte in the range, and Error where parts of
 * an upload are not those that were put.
 */
export async function calling<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    throw told(cause);
  }
}

export const isMissing = (error: unknown): boolean => error instanceof ObjectMissing;

/** Not the bucket: where that is missing, nothing can be said of an object. */
const missing = new Set(['NoSuchKey', 'NotFound', 'NoSuchUpload']);
const wrongParts = new Set(['InvalidPart', 'InvalidPartOrder', 'EntityTooSmall']);

function told(cause: unknown): unknown {
  if (!(cause instanceof Error)) return cause;
  if (missing.has(cause.name)) return new ObjectMissing(cause.message, { cause });
  if (cause.name === 'InvalidRange') return new RangeError(cause.message, { cause });
  if (wrongParts.has(cause.name))
    return new Error(`The parts are not those that were put: ${cause.message}`, { cause });
  if (cause instanceof S3ServiceException) return unavailable(`${cause.name}: ${cause.message}`, cause);
  // A connection that was refused, reset, or took too long.
  if ('code' in cause || cause.name === 'TimeoutError') return unavailable(cause.message, cause);
  return cause;
}

export const unavailable = (why: string, cause?: unknown): StoreUnavailable =>
  new StoreUnavailable(`The object store does not do what it was asked: ${why}`, { cause });
