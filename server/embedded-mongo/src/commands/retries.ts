import { Buffer } from 'node:buffer';
import { MongoError } from '../language/errors.ts';
import type { Engine } from '../storage/engine.ts';

/** A retryable write: a session and its number there. */
export type Statement = { session: string; number: bigint };

const KEPT_MS = 1_800_000;

/** The answer that this very statement got before. It lies in the file, so that a restart between the two is no gap. */
export function recallReply(engine: Engine, statement: Statement): Buffer | undefined {
  const row = engine.writer.get('SELECT number, reply FROM retries WHERE session = ?', sessionBytes(statement));
  if (!row) return undefined;
  const last = BigInt(row[0] as number);
  if (last > statement.number)
    throw new MongoError(
      225,
      'TransactionTooOld',
      `Retryable write with txnNumber ${statement.number} is prohibited, a newer one has started`,
    );
  return last === statement.number ? Buffer.from(row[1] as Uint8Array) : undefined;
}

/** Runs in the same commit as the write itself. */
export function rememberReply(engine: Engine, statement: Statement, reply: Uint8Array): void {
  engine.writer.run(
    'INSERT OR REPLACE INTO retries(session, number, reply, at) VALUES(?, ?, ?, ?)',
    sessionBytes(statement),
    statement.number,
    reply,
    Date.now(),
  );
}

export function forgetOldReplies(engine: Engine): void {
  engine.writer.run('DELETE FROM retries WHERE at < ?', Date.now() - KEPT_MS);
}

const sessionBytes = ({ session }: Statement): Buffer => Buffer.from(session, 'hex');
