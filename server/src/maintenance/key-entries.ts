import type { Connection } from 'mongoose';
import type { Doer, Trail } from '../features/audit/index.ts';
import { mongoKeyNotes, type KeyNote } from './key-notes.mongo.ts';

/** The chain of a note, and how much of it stayed under another key. */
type LeftIn = (chain: string) => number;

/** Where it is written down what was done to master keys: an entry in the trail of each organisation that it concerns. */
export function keyEntries(connection: Connection, trail: Pick<Trail, 'record'>) {
  const notes = mongoKeyNotes(connection);

  return {
    note: notes.add,

    /** An entry for each note, and the note goes in the same transaction. Answers how many after each. */
    async *write(action: KeyNote['action'], leftIn: LeftIn = () => 0): AsyncGenerator<number> {
      let written = 0;
      for (const id of await notes.waiting(action)) {
        const note = await notes.find(id);
        if (!note) continue;
        const entry = await trail.record(doerOf(note), action, {
          change: async () => {
            const taken = await notes.take(id);
            return taken && toldOf(taken, leftIn(taken.chain));
          },
        });
        if (entry) yield ++written;
      }
    },
  };
}

const doerOf = ({ chain: orgId, by }: KeyNote): Doer =>
  by === '' ? { orgId, outside: 'system', name: 'Cobench' } : { orgId, outside: 'operator', name: by };

function toldOf({ key, from, sealed }: KeyNote, left: number) {
  const older = from.length > 0 ? { from: from.toSorted() } : {};
  return { id: key, name: key, ...older, sealed, ...(left > 0 && { left }) };
}
