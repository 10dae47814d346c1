import { Buffer } from 'node:buffer';
import { encodeDoc } from '../bson/encode.ts';
import type { Doc } from '../bson/value.ts';
import { internalError, MongoError } from '../language/errors.ts';
import { commandConstants } from '../language/expression/expression.ts';
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
const CONFLICT_WAIT_MS = 10_000;
const WRITE_CONFLICT = 112;
const TRANSIENT = new Set([24, WRITE_CONFLICT, 246, 251]);

type Answered = ReturnType<Answer>;

/** Answers every request with a reply or MongoDB's error. */
export function dispatcher(server: Server): Answer {
  return (request, connectionId) => {
    let call: Call | undefined;
    const refuse = (error: unknown): Uint8Array => errorReply(storageError(error), call);
    try {
      call = readCall(request);
      const answered = execute(server, call, connectionId);
      return answered instanceof Promise ? answered.catch(refuse) : answered;
    } catch (error) {
      return refuse(error);
    }
  };
}

function execute(server: Server, call: Call, connectionId: number): Answered {
  const { name, command, body, session, number } = call;
  const args = new Args(body, name, knownFields(name, command));
  const deadline = new Deadline(call.maxTimeMS);
  deadline.resume();
  const transaction = enterTransaction(server, call, connectionId);
  const now = new Date();
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
    now,
    constants: commandConstants(now, args.document('let')),
    concernError: command.writes || name === 'commitTransaction' ? call.concernError : undefined,
  };
  if (transaction) return whenDurable(context, runInTransaction(context, command, transaction));
  const statement = command.retryable && session && number !== undefined ? { session, number } : undefined;
  if (statement) server.sessions.leave(statement.session);
  if (command.writes) return runWrite(context, command, statement);
  return whenDurable(context, finish(context, command.run(context)));
}

const KNOWN = new Map<string, ReadonlySet<string>>();

/** What the command may carry, by the name it is called by; nothing when it may carry anything. */
function knownFields(name: string, { fields }: Command): ReadonlySet<string> | undefined {
  if (fields === 'any') return undefined;
  const known = KNOWN.get(name) ?? new Set([name, ...GENERIC_FIELDS, ...fields]);
  KNOWN.set(name, known);
  return known;
}

/**
 * The reply, when everything is on the disk that was written before it. Asked in the same breath as the write itself, since
 * a commit that failed in between would not be noticed.
 */
function whenDurable({ engine }: Server, reply: Uint8Array): Answered {
  return engine.journal.durable()?.then(() => reply) ?? reply;
}

function enterTransaction(server: Server, call: Call, connectionId: number): SessionTransaction | undefined {
  const { session, number, name } = call;
  if (!call.inTransaction || session === undefined || number === undefined) return undefined;
  const ends = name === 'commitTransaction' || name === 'abortTransaction';
  const transaction = server.sessions.enter({ session, number, start: call.starts, ends, connectionId });
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
function runWrite(context: Context, command: Command, statement: Statement | undefined): Answered {
  const until = Date.now() + CONFLICT_WAIT_MS;
  const attempt = (): Answered => {
    try {
      return whenDurable(context, writeOnce(context, command, statement));
    } catch (error) {
      const left = until - Date.now();
      if (!(error instanceof MongoError) || error.code !== WRITE_CONFLICT || left <= 0) throw error;
      return context.sessions.someEnd(left).then(attempt);
    }
  };
  return attempt();
}

function writeOnce(context: Context, command: Command, statement: Statement | undefined): Uint8Array {
  const { engine } = context;
  const known = statement && recallReply(engine, statement);
  if (known) return known;
  return engine.journal.write(() => {
    const reply = finish(context, command.run(context));
    if (statement) rememberReply(engine, statement, reply);
    return reply;
  });
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
