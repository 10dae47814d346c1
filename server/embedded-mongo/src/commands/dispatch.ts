import { Buffer } from 'node:buffer';
import { encodeDoc } from '../bson/encode.ts';
import type { Doc } from '../bson/value.ts';
import { internalError, MongoError } from '../language/errors.ts';
import { Direct } from '../storage/direct.ts';
import { storageError } from '../storage/journal.ts';
import type { Answer } from '../wire/connection.ts';
import { Args, GENERIC_FIELDS, replyDoc } from './args.ts';
import { readCall, type Call } from './call.ts';
import type { Command, Context, Server } from './command.ts';
import { Deadline } from './deadline.ts';
import { recallReply, rememberReply, type Statement } from './retries.ts';
import type { SessionTransaction } from './sessions.ts';

/** How long a write outside transactions waits for a transaction that has changed the same document. */
const CONFLICT_WAIT_MS = 3000;
const WRITE_CONFLICT = 112;
const TRANSIENT = new Set([24, WRITE_CONFLICT, 246, 251]);

/** Answers every request with a reply or MongoDB's error. */
export function dispatcher(server: Server): Answer {
  return async (request, connectionId) => {
    let call: Call | undefined;
    try {
      call = readCall(request);
      const reply = await execute(server, call, connectionId);
      await server.engine.journal.durable();
      return reply;
    } catch (error) {
      return errorReply(storageError(error), call);
    }
  };
}

async function execute(server: Server, call: Call, connectionId: number): Promise<Uint8Array> {
  const { name, command, body, session, number } = call;
  const known = command.fields === 'any' ? [...body.keys()] : [name, ...GENERIC_FIELDS, ...command.fields];
  const args = new Args(body, name, known);
  const deadline = new Deadline(call.maxTimeMS);
  deadline.resume();
  const transaction = enterTransaction(server, call);
  const context: Context = {
    ...server,
    name,
    database: call.database,
    args,
    sequences: call.sequences,
    access: transaction?.work ?? new Direct(server.engine),
    transaction: transaction?.work,
    sessionTransaction: transaction,
    session,
    connectionId,
    deadline,
    now: new Date(),
    concernError: command.writes || name === 'commitTransaction' ? call.concernError : undefined,
  };
  if (transaction) return runInTransaction(context, command, transaction);
  const statement = command.retryable && session && number !== undefined ? { session, number } : undefined;
  if (statement) server.sessions.leave(statement.session);
  return command.writes ? await runWrite(context, command, statement) : finish(context, command.run(context));
}

function enterTransaction(server: Server, call: Call): SessionTransaction | undefined {
  const { session, number, name } = call;
  if (!call.inTransaction || session === undefined || number === undefined) return undefined;
  const ends = name === 'commitTransaction' || name === 'abortTransaction';
  const transaction = server.sessions.enter({ session, number, start: call.starts, ends });
  if (!call.command.inTransaction)
    throw new MongoError(
      263,
      'OperationNotSupportedInTransaction',
      `Cannot run '${name}' in a multi-document transaction.`,
    );
  return transaction;
}

/** Any error, also one of a single document, ends the transaction. */
function runInTransaction(context: Context, command: Command, transaction: SessionTransaction): Uint8Array {
  try {
    const reply = command.run(context);
    if (reply instanceof Map && reply.has('writeErrors')) context.sessions.end(transaction, 'aborted');
    return finish(context, reply);
  } catch (error) {
    context.sessions.end(transaction, 'aborted');
    throw error;
  }
}

/** A write outside transactions waits for a transaction in its way, but not for ever: the caller may be inside it. */
async function runWrite(context: Context, command: Command, statement: Statement | undefined): Promise<Uint8Array> {
  const { journal } = context.engine;
  const until = Date.now() + CONFLICT_WAIT_MS;
  for (;;) {
    const known = statement && recallReply(context.engine, statement);
    if (known) return known;
    try {
      return journal.write(() => {
        const reply = finish(context, command.run(context));
        if (statement) rememberReply(context.engine, statement, reply);
        return reply;
      });
    } catch (error) {
      const left = until - Date.now();
      if (!(error instanceof MongoError) || error.code !== WRITE_CONFLICT || left <= 0) throw error;
      await context.sessions.someEnd(left);
    }
  }
}

function finish({ concernError }: Context, reply: Doc | Buffer): Uint8Array {
  if (Buffer.isBuffer(reply)) return reply;
  reply.set('ok', 1);
  if (concernError) reply.set('writeConcernError', concernError);
  return encodeDoc(reply);
}

function errorReply(error: Error, call: Call | undefined): Uint8Array {
  const known = error instanceof MongoError ? error : internalError(error.message);
  const transient = call?.inTransaction && TRANSIENT.has(known.code);
  const reply = replyDoc({
    errmsg: known.message,
    code: known.code,
    codeName: known.codeName,
    errorLabels: transient ? ['TransientTransactionError'] : undefined,
  });
  for (const [name, value] of known.extra ?? []) reply.set(name, value);
  return encodeDoc(reply.set('ok', 0));
}
