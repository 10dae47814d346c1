import { inTurn } from '../../platform/in-turn.ts';
import type { Content, Digested } from './content.ts';
import type { DocumentReading } from './document-reading.ts';
import type { Followed } from './followed.mongo.ts';
import { compactEvery, maxSnapshotBytes, snapshotBytes, snapshotRecords } from './limits.ts';
import type { DocumentLog } from './log.ts';
import { documentKey, type CollabDocument, type Writer } from './peer.ts';
import type { Flushed } from './room.ts';
import { tidier } from './tidier.ts';

/** What a document says after record `seq`. */
export type Projection = DocumentReading & { seq: number; editedBy: Writer; at: Date };

/** Keeps what lists show of a document. Called again with the same or newer content; failures are retried with the next edit. */
export type Project = (document: CollabDocument, projection: Projection) => Promise<void>;

type Worth = { records: number; bytes: number };

/** A document is followed when it was quiet for a while, or has not been for long; or not for a while, after many updates. */
type Pause = { quietMs: number; atMostMs: number; updates: number };

type FollowerParts = {
  content: (document: CollabDocument) => Pick<Content, 'digest' | 'snapshotTaken'>;
  log: Pick<DocumentLog, 'snapshot' | 'compact'>;
  project: Project;
  followed: Followed;
  warn: (cause: unknown, what: string, document: CollabDocument) => void;
  after?: Pause;
  /** Records, or bytes of updates, since the last snapshot that are worth a new one. */
  worth?: Worth;
};

/**
 * How many of those that wait are read at the same time, and how long after one the next begins, in milliseconds. The store
 * should have time for what people type in between, as long as the lists are not late for it.
 */
const atOnce = (waiting: number): number => Math.min(Math.ceil(waiting / 25), 4);
const apart = (waiting: number): number => (waiting > 25 ? 0 : 30);

/**
 * `quiet` ends when nobody has typed for a while, `patience` where they never stop; it is `short` when only many updates
 * are missing to end it.
 */
type Next = {
  latest: Flushed;
  updates: number;
  due: boolean;
  quiet: NodeJS.Timeout;
  patience: NodeJS.Timeout;
  short: boolean;
};

/**
 * Follows the log at a distance, beside whoever types: when they pause for a second, or after five where they do not, it
 * tells the lists what the document says. Where more comes than people type it does so each second, since whoever opens the
 * document waits for what is not in its state yet. Now and then it stores that state, so that the next opening is short, and
 * has old records rewritten.
 */
export function follower({ content, log, project, followed, warn, after = aPause, worth = aSnapshot }: FollowerParts) {
  const waiting = new Map<string, Next>();
  const running = new Map<string, Promise<void>>();
  /** Until the next may begin. */
  let breath: NodeJS.Timeout | null = null;
  let closing = false;
  const behind = new Set<string>();
  const turn = inTurn();
  const tidying = tidier({ compact: (document, upTo) => log.compact(document, upTo), warn });

  /** Should this process end before the lists say what a document says, the next one knows. */
  function fallBehind(document: CollabDocument): void {
    const key = documentKey(document);
    if (behind.has(key)) return;
    behind.add(key);
    turn(key, () => followed.begin(document)).catch((cause: unknown) =>
      warn(cause, 'following was not noted', document),
    );
  }

  async function catchUp(document: CollabDocument): Promise<void> {
    const key = documentKey(document);
    if (waiting.has(key)) return;
    behind.delete(key);
    await turn(key, () => followed.end(document));
  }

  async function tellLists(document: CollabDocument, { reading, seq }: Digested, { by, at }: Flushed): Promise<void> {
    try {
      await project(document, { ...reading, seq, editedBy: by, at });
      await catchUp(document);
    } catch (cause) {
      warn(cause, 'the list does not show the last edits of a document', document);
    }
  }

  async function store(document: CollabDocument, digested: Digested, keeper: Pick<Content, 'snapshotTaken'>) {
    if (!isWorth(digested, worth)) return;
    const { seq, state, owners, stored } = digested;
    try {
      await log.snapshot(document, { seq, state, owners });
      keeper.snapshotTaken(digested);
      if (Math.floor(seq / compactEvery) > Math.floor(stored / compactEvery)) {
        tidying.later(document, { from: stored, upTo: seq });
      }
    } catch (cause) {
      warn(cause, 'the log of a document was not summed up', document);
    }
  }

  async function follow(flush: Flushed): Promise<void> {
    const { document } = flush;
    const keeper = content(document);
    try {
      const digested = await keeper.digest();
      await tellLists(document, digested, flush);
      await store(document, digested, keeper);
    } catch (cause) {
      warn(cause, 'a document could not be followed', document);
    }
  }

  /** Starts what is due, each document once at a time, and few at once, one after the other. */
  function startDue(): void {
    for (const [key, { latest, due }] of waiting) {
      if (breath || running.size >= atOnce(waiting.size)) return;
      if (!due || running.has(key)) continue;
      takeBreath();
      waiting.delete(key);
      const work = follow(latest).finally(() => {
        running.delete(key);
        startDue();
      });
      running.set(key, work);
    }
  }

  return {
    flushed(flush: Flushed): void {
      const key = documentKey(flush.document);
      fallBehind(flush.document);
      tidying.wrote(flush.document);
      const known = waiting.get(key);
      if (known) {
        known.latest = flush;
        known.updates += flush.updates;
        if (known.due) return;
        if (known.short && known.updates >= after.updates) end(known);
        else known.quiet.refresh();
        return;
      }
      const quiet = setTimeout(() => end(next), after.quietMs).unref();
      const patience = setTimeout(() => loseSome(next), after.quietMs).unref();
      const next: Next = { latest: flush, updates: flush.updates, due: false, quiet, patience, short: false };
      waiting.set(key, next);
    },

    /** Resolves when everything that was flushed is followed. */
    async close(): Promise<void> {
      closing = true;
      endBreath();
      for (const next of waiting.values()) end(next);
      tidying.close();
      while (running.size > 0) await Promise.all(running.values());
    },
  };

  function loseSome(next: Next): void {
    if (next.updates >= after.updates) return end(next);
    next.short = true;
    next.patience = setTimeout(() => end(next), after.atMostMs - after.quietMs).unref();
  }

  function end(next: Next): void {
    clearTimeout(next.quiet);
    clearTimeout(next.patience);
    next.due = true;
    startDue();
  }

  function takeBreath(): void {
    const ms = closing ? 0 : apart(waiting.size);
    if (ms > 0) breath = setTimeout(endBreath, ms).unref();
  }

  function endBreath(): void {
    if (breath) clearTimeout(breath);
    breath = null;
    startDue();
  }
}

const aPause: Pause = { quietMs: 1000, atMostMs: 5000, updates: 1000 };

const aSnapshot: Worth = { records: snapshotRecords, bytes: snapshotBytes };

/** A stored state spares the next opening what came since; a large one must spare more to be worth writing. */
function isWorth({ seq, state, stored, bytesSinceStored }: Digested, worth: Worth): boolean {
  if (state.length > maxSnapshotBytes) return false;
  return seq - stored >= worth.records + state.length / 1024 || bytesSinceStored >= worth.bytes + state.length / 4;
}
