import type { Timeline } from '@cobench/shared/history/timeline';
import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';

/**
 * A document as it was right after a moment, as one Yjs update with the ids that everything has to this day: what is
 * written on top of it can be applied to the document as it is now.
 * @param doc forgets nothing (`gc: false`)
 */
export function stateAt(doc: Y.Doc, timeline: Timeline, moment: number): Uint8Array {
  const snapshot = Y.decodeSnapshot(encodeSnapshot(timeline.reachAt(moment)));
  const past = Y.createDocFromSnapshot(doc, snapshot, new Y.Doc({ gc: false }));
  const state = Y.encodeStateAsUpdate(past);
  past.destroy();
  return state;
}

/** Yjs' encoding of what is deleted and of how far each client has come. */
function encodeSnapshot(clients: ReturnType<Timeline['reachAt']>): Uint8Array {
  const encoder = encoding.createEncoder();
  const deleting = [...clients].filter(([, { deleted }]) => deleted.length > 0);
  encoding.writeVarUint(encoder, deleting.length);
  for (const [client, { deleted }] of deleting) {
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, deleted.length);
    for (const { clock, len } of deleted) {
      encoding.writeVarUint(encoder, clock);
      encoding.writeVarUint(encoder, len);
    }
  }
  encoding.writeVarUint(encoder, clients.size);
  for (const [client, { length }] of clients) {
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, length);
  }
  return encoding.toUint8Array(encoder);
}
