import type { Buffer } from 'node:buffer';
import type { Doc } from '../bson/value.ts';
import type { Constants } from '../language/expression/expression.ts';
import type { Access } from '../storage/access.ts';
import type { Engine } from '../storage/engine.ts';
import type { Transaction } from '../storage/transaction.ts';
import type { Args } from './args.ts';
import type { Cursors } from './cursors.ts';
import type { Deadline } from './deadline.ts';
import type { Sessions, SessionTransaction } from './sessions.ts';

/** What all commands share. */
export type Server = {
  engine: Engine;
  cursors: Cursors;
  sessions: Sessions;
  /** What hello calls this member of its set of one. */
  address: string;
  startedAt: number;
};

/** One command as it is being answered. */
export type Context = Server & {
  name: string;
  database: string;
  args: Args;
  /** The documents of `insert`, which came as a sequence of their own. */
  sequences: ReadonlyMap<string, readonly Buffer[]>;
  access: Access;
  transaction: Transaction | undefined;
  sessionTransaction: SessionTransaction | undefined;
  session: string | undefined;
  connectionId: number;
  deadline: Deadline;
  now: Date;
  /** `$$NOW` and the variables of `let`. */
  constants: Constants;
  /** What the reply to a write says about a write concern that one member cannot meet. */
  concernError: Doc | undefined;
};

export type Command = {
  /** Its fields, next to those any command may have. */
  fields: readonly string[] | 'any';
  /** It changes data: it runs inside the journal, and its answer waits for the disk. */
  writes?: boolean;
  /** Drivers may send it again after a lost connection; then the first answer is given again. */
  retryable?: boolean;
  inTransaction?: boolean;
  /** A reply without `ok`, which the dispatcher adds, or finished BSON. Throws MongoError. */
  run(context: Context): Doc | Buffer;
};

export type Commands = Readonly<Record<string, Command>>;
