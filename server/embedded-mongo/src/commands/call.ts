import { decodeDoc } from '../bson/decode.ts';
import { COMMAND_DEPTH, toNumber, type Doc } from '../bson/value.ts';
import { commandNotFound, failedToParse, invalidNamespace, invalidOptions, location } from '../language/errors.ts';
import type { Request } from '../wire/message.ts';
import type { Command } from './command.ts';
import { COMMANDS } from './commands.ts';
import { checkReadConcern, writeConcernError } from './concerns.ts';
import { sessionOf } from './sessions.ts';

/** A request understood: which command, where, and in which session and transaction. */
export type Call = {
  name: string;
  database: string;
  command: Command;
  body: Doc;
  sequences: Request['sequences'];
  session: string | undefined;
  number: bigint | undefined;
  inTransaction: boolean;
  concernError: Doc | undefined;
  starts: boolean;
  maxTimeMS: number | undefined;
};

/** Throws MongoError for what no command may look like. */
export function readCall(request: Request): Call {
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
  checkReadConcern(body, autocommit === false);
  return {
    name,
    database,
    command,
    body,
    sequences: request.sequences,
    session,
    number,
    inTransaction: autocommit === false,
    concernError: writeConcernError(body),
    starts: starts === true,
    maxTimeMS: maxTime(body),
  };
}

function maxTime(body: Doc): number | undefined {
  const value = body.get('maxTimeMS');
  if (value === undefined) return undefined;
  const number = toNumber(value) ?? -1;
  if (!Number.isInteger(number) || number < 0 || number > 0x7fffffff) throw failedToParse('maxTimeMS is out of range');
  return number;
}
