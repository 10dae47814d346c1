import * as Y from 'yjs';
import { decodeUpdate } from '../realtime/collab/decode-update.ts';
import type { DocumentLog, LogRecord, Part } from '../realtime/collab/log.ts';
import type { CollabDocument } from '../realtime/collab/peer.ts';
import type { LogUpkeep } from '../realtime/collab/log-upkeep.mongo.ts';

/** Something in the log of a document that cannot be read, or not built upon. `part` counts from 0; null is all of it. */
export type Damage = { seq: number; part: number | null; why: string };

export type Replay = {
  doc: Y.Doc;
  /** The last record. */
  seq: number;
  /** Whose each client id is: who wrote first under it. */
  owners: Map<number, string>;
  /** Who wrote last, and when. */
  last: { personId: string; at: Date } | null;
};

type Sources = { log: DocumentLog; upkeep: LogUpkeep };
type Told = {
  damage: (damage: Damage) => void;
  /** After each record. */
  reached?: (replay: Replay) => void;
};

/**
 * Makes a document from its log alone, record by record, and goes on behind whatever is damaged. It takes Yjs for a
 * judge, and so is independent of the guard that let the records in.
 */
export async function replay({ log, upkeep }: Sources, document: CollabDocument, told: Told): Promise<Replay> {
  const replayed: Replay = { doc: new Y.Doc({ gc: true }), seq: 0, owners: new Map(), last: null };
  for (;;) {
    const read = await nextRecords(log, document, replayed.seq).catch((cause: unknown) => cause);
    if (!Array.isArray(read)) {
      const to = await upkeep.endOfUnreadable(document, replayed.seq + 1);
      told.damage({ seq: replayed.seq + 1, part: null, why: reasonOf(read) });
      replayed.seq = to;
      continue;
    }
    const records = read as LogRecord[];
    if (records.length === 0) return replayed;
    for (const record of records) {
      for (let seq = replayed.seq + 1; seq < record.seq; seq++) told.damage({ seq, part: null, why: 'it is missing' });
      take(replayed, record, told.damage);
      told.reached?.(replayed);
    }
  }
}

/** A page, or where something in it cannot be read, what comes before that. */
async function nextRecords(log: DocumentLog, document: CollabDocument, after: number): Promise<LogRecord[]> {
  try {
    return await log.records(document, { after, limit: 500, maxBytes: 4 * 1024 * 1024 });
  } catch {
    return log.records(document, { after, limit: 1 });
  }
}

function take(replayed: Replay, { seq, at, parts }: LogRecord, damage: Told['damage']): void {
  replayed.seq = seq;
  for (const [number, part] of parts.entries()) {
    const why = apply(replayed.doc, part);
    if (why !== null) damage({ seq, part: number, why });
    else
      for (const client of clientsIn(part))
        if (!replayed.owners.has(client)) replayed.owners.set(client, part.personId);
  }
  const writer = parts.at(-1);
  if (writer) replayed.last = { personId: writer.personId, at };
}

/** Why an update could not be taken; null if it could. */
function apply(doc: Y.Doc, { update }: Part): string | null {
  try {
    decodeUpdate(update);
    Y.applyUpdate(doc, update);
  } catch (error) {
    return reasonOf(error);
  }
  const { store } = doc;
  if (!store.pendingStructs && !store.pendingDs) return null;
  store.pendingStructs = null;
  store.pendingDs = null;
  return 'it builds on something that the document does not have';
}

const clientsIn = ({ update }: Part): Iterable<number> => Y.parseUpdateMeta(update).to.keys();

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
