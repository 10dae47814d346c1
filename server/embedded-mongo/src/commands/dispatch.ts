import { Buffer } from 'node:buffer';
import { decodeDoc } from '../bson/decode.ts';
import { encodeDoc } from '../bson/encode.ts';
import { COMMAND_DEPTH, Int32, type Doc } from '../bson/value.ts';
import {
  commandNotFound,
  failedToParse,
  internalError,
  invalidNamespace,
  invalidOptions,
  location,
  MongoError,
} from '../language/errors.ts';
import { Direct } from '../storage/direct.ts';
import { storageError } from '../storage/journal.ts';
import type { Answer } from '../wire/connection.ts';
import type { Request } from '../wire/message.ts';
import { Args, GENERIC_FIELDS, replyDoc } from './args.ts';
import { COMMANDS } from './commands.ts';
import type { Command, Context, Server } from './command.ts';
import { Deadline } from './deadline.ts';
import { recallReply, rememberReply, type Statement } from './retries.ts';
import { sessionOf, type SessionTransaction } from './sessions.ts';
import { checkConcerns } from './concerns.ts';

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

type Call = {
  name: string;
  database: string;
  command: Command;
  body: Doc;
  sequences: Request['sequences'];
  session: string | undefined;
  number: bigint | undefined;
  inTransaction: boolean;
  starts: boolean;
};

function readCall(request: Request): Call {
  const body = decodeDoc(request.body, { depth: COMMAND_DEPTH });
  const name = body.keys().next().value ?? '';
  if (request.legacy && !/^(?:hello|ismaster)$/i.test(name))
    throw location(352, `Unsupported OP_QUERY command: ${name}. The client driver may require an upgrade.`);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw commandNotFound(`no such command: '${name}'`);
  const database = request.legacy ? 'admin' : body.get('$db');
  if (typeof database !== 'string') throw location(40414, 'OP_MSG requests require a $db argument');
  if (!/^[^/\\. "$*<>:|?\0]{1,63}$/.test(database)) throw invalidNamespace(`Invalid database name: '${database}'`);
  const session = sessionOf(body.get('lsid'));
  const number = body.get('txnNumber');
  if (number !== undefined && (typeof number !== 'bigint' || session === undefined))
    throw invalidOptions('Transaction number requires a session ID, and is a long');
  const autocommit = body.get('autocommit');
  if (autocommit !== undefined && (autocommit !== false || number === undefined))
    throw invalidOptions("'autocommit' is false in a numbered transaction, or absent");
  const starts = body.get('startTransaction');
  if (starts !== undefined && (starts !== true || autocommit !== false))
    throw invalidOptions("'startTransaction' is true in a command with autocommit false, or absent");
  checkConcerns(body, autocommit === false);
  return {
    name,
    database,
    command,
    body,
    sequences: request.sequences,
    session,
    number,
    inTransaction: autocommit === false,
    starts: starts === true,
  };
}

async function execute(server: Server, call: Call, connectionId: number): Promise<Uint8Array> {
  const { name, command, body, session, number } = call;
  const known = command.fields === 'any' ? [...body.keys()] : [name, ...GENERIC_FIELDS, ...command.fields];
  const args = new Args(body, name, known);
  const deadline = new Deadline(maxTime(body));
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
  };
  if (transaction) return runInTransaction(context, command, transaction);
  const statement = command.retryable && session && number !== undefined ? { session, number } : undefined;
  if (statement) server.sessions.leave(statement.session);
  return command.writes ? await runWrite(context, command, statement) : finish(command.run(context));
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
    return finish(reply);
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
        const reply = finish(command.run(context));
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

function finish(reply: Doc | Buffer): Uint8Array {
  return Buffer.isBuffer(reply) ? reply : encodeDoc(reply.has('ok') ? reply : reply.set('ok', 1));
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

function maxTime(body: Doc): number | undefined {
  const value = body.get('maxTimeMS');
  if (value === undefined) return undefined;
  const number = value instanceof Int32 ? value.value : Number(value);
  if (!Number.isInteger(number) || number < 0 || number > 0x7fffffff) throw failedToParse('maxTimeMS is out of range');
  return number;
}
