import { badValue, typeMismatch } from '../language/errors.ts';
import { replyDoc } from './args.ts';
import type { Commands } from './command.ts';

export const cursorCommands: Commands = {
  getMore: {
    fields: ['collection', 'batchSize'],
    inTransaction: true,
    run({ args, cursors, database, transaction }) {
      const id = args.doc.get('getMore');
      if (typeof id !== 'bigint') throw typeMismatch("BSON field 'getMore.getMore' is a long");
      if (args.doc.has('maxTimeMS'))
        throw badValue('cannot set maxTimeMS on getMore command for a non-awaitData cursor');
      const ns = `${database}.${args.string('collection')}`;
      return cursors.more(id, { ns, owner: transaction, batchSize: args.count('batchSize') });
    },
  },
  killCursors: {
    fields: ['cursors'],
    inTransaction: true,
    run({ args, cursors }) {
      const ids = (args.array('cursors') ?? []).filter((id) => typeof id === 'bigint');
      const killed = ids.filter((id) => cursors.kill(id));
      const missing = ids.filter((id) => !killed.includes(id));
      return replyDoc({ cursorsKilled: killed, cursorsNotFound: missing, cursorsAlive: [], cursorsUnknown: [] });
    },
  },
};
