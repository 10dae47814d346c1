import { MongoError } from '../language/errors.ts';
import { replyDoc } from './args.ts';
import type { Commands } from './command.ts';
import { noSuchTransaction, sessionOf } from './sessions.ts';

export const transactionCommands: Commands = {
  commitTransaction: {
    fields: ['recoveryToken'],
    inTransaction: true,
    run({ engine, sessions, sessionTransaction: own }) {
      if (!own) throw noSuchTransaction('commitTransaction outside a transaction');
      if (own.state === 'aborted') throw noSuchTransaction(`Transaction ${own.number} has been aborted.`);
      const { work } = own;
      if (!work) return replyDoc({}); // committed before, and asked again
      engine.journal.write(() => work.commit());
      sessions.end(own, 'committed');
      // Should the disk refuse, the client hears of it; nobody may then be told that it was committed.
      engine.journal.durable()?.catch(() => {
        own.state = 'aborted';
      });
      return replyDoc({});
    },
  },
  abortTransaction: {
    fields: ['recoveryToken'],
    inTransaction: true,
    run({ sessions, sessionTransaction: own }) {
      if (!own || own.state === 'aborted') throw noSuchTransaction('There is no transaction to abort.');
      if (own.state === 'committed')
        throw new MongoError(256, 'TransactionCommitted', `Transaction ${own.number} has been committed.`);
      sessions.end(own, 'aborted');
      return replyDoc({});
    },
  },
  endSessions: {
    fields: [],
    run({ args, sessions }) {
      for (const id of args.documents('endSessions') ?? []) {
        const session = sessionOf(id);
        if (session !== undefined) sessions.leave(session);
      }
      return replyDoc({});
    },
  },
};
