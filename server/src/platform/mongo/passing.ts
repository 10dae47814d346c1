import mongoose from 'mongoose';

const { MongoError, MongoNetworkError, MongoServerSelectionError, MongoServerError } = mongoose.mongo;

const writeConflict = 112;
/** By them the server tells a client to begin again. */
const labels = ['TransientTransactionError', 'UnknownTransactionCommitResult', 'RetryableWriteError'];

/**
 * Whether the store refused what it may well take a moment later: it does not answer, another of its members takes over,
 * or a transaction is in the way, such as one that a process which died has left open.
 */
export function isPassing(error: unknown): boolean {
  // What is asked while there is no connection waits for one, but not for ever.
  if (error instanceof mongoose.Error) return error.message.includes('buffering timed out');
  if (error instanceof MongoNetworkError || error instanceof MongoServerSelectionError) return true;
  if (error instanceof MongoServerError && error.code === writeConflict) return true;
  return error instanceof MongoError && labels.some((label) => error.hasErrorLabel(label));
}
