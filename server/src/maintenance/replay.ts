import * as Y from 'yjs';
import { decodeUpdate } from '../realtime/collab/decode-update.ts';
import type { DocumentLog, LogRecord, Part } from '../realtime/collab/log.ts';
import type { LogUpkeep } from '../realtime/collab/log-upkeep.mongo.ts';
import { bindOwners } from '../realtime/collab/owners.ts';
import type { CollabDocument } from '../realtime/collab/peer.ts';
import { applyAsIs } from '../realtime/collab/worker/apply.ts';
import { wrongSegments } from './wrong-segments.ts';

/** Records that cannot be read, or not built upon. `part` counts the updates of one from 0; null is all of it. */
export type Damage = { from: number; to: number; part: number | null; why: string };

export type Replay = {
  doc: Y.Doc;
  /** The last record. */
  seq: number;
  /** Whose each client id is: who wrote first under it. */
  owners: Map<number, string>;
  /** Who wrote last, and when. */
  last: { personId: string; at: Date } | null;
};

export type LogSources = { log: DocumentLog; upkeep: LogUpkeep };
type Told = {
  damage: (damage: Damage) => void;
  /** Of each update that was taken. */
  taken?: (part: Part, place: { seq: number; part: number }) => void;
  /** After each record. */
  reached?: (replay: Replay) => void;
};

/**
 * Makes a document from its log alone, record by record, and goes on behind whatever is damaged. It takes Yjs for a
 * judge, and so is independent of the guard that let the records in.
 */
export async function replay(sources: LogSources, document: CollabDocument, told: Told): Promise<Replay> {
  const replayed: Replay = { doc: new Y.Doc({ gc: true }), seq: 0, owners: new Map(), last: null };
  const wrong = await wrongSegments(sources.upkeep, document);
  for (const damage of wrong) told.damage(damage);

  /** Goes on behind records that are not there; what is known of their segment has been told. */
  function skip(to: number, why: string): void {
    const from = replayed.seq + 1;
    const known = wrong.find((segment) => segment.from <= from && from <= segment.to);
    replayed.seq = known?.to ?? to;
    if (!known) told.damage({ from, to, part: null, why });
  }

  for (;;) {
    const read = await nextRecords(sources.log, document, replayed.seq).catch(reasonOf);
    if (typeof read === 'string') skip(replayed.seq + 1, read);
    else if (read.length === 0) break;
    else for (const record of read) take(record);
  }
  const { snapshot } = await sources.upkeep.storedState(document);
  if (snapshot && snapshot.seq > replayed.seq) skip(snapshot.seq, 'missing at the end of the log');
  return replayed;

  function take(record: LogRecord): void {
    while (replayed.seq + 1 < record.seq) skip(record.seq - 1, 'missing');
    const { seq, at, parts } = record;
    replayed.seq = seq;
    for (const [number, part] of parts.entries()) {
      const why = apply(replayed.doc, part);
      if (why === null) {
        bindOwners(replayed.owners, part);
        told.taken?.(part, { seq, part: number });
      } else told.damage({ from: seq, to: seq, part: number, why });
    }
    const writer = parts.at(-1);
    if (writer) replayed.last = { personId: writer.personId, at };
    told.reached?.(replayed);
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

/** Why an update could not be taken; null if it could. */
function apply(doc: Y.Doc, { update }: Part): string | null {
  try {
    decodeUpdate(update);
    applyAsIs(doc, [update]);
  } catch (error) {
    return reasonOf(error);
  }
  const { store } = doc;
  if (!store.pendingStructs && !store.pendingDs) return null;
  store.pendingStructs = null;
  store.pendingDs = null;
  return 'builds on something that the document does not have';
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
