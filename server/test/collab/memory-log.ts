import * as Y from 'yjs';
import { StaleLog, type DocumentLog, type LogRecord } from '../../src/realtime/collab/log.ts';
import { documentKey, type CollabDocument } from '../../src/realtime/collab/peer.ts';

export type LogStep = 'load' | 'since' | 'append' | 'appended' | 'snapshot';

/** A log in memory whose every step can be delayed or made to fail. It outlives the servers that write to it. */
export class MemoryLog implements DocumentLog {
  readonly stored = new Map<string, LogRecord[]>();
  readonly snapshots = new Map<string, { seq: number; state: Uint8Array }>();
  /** Awaited before each step, and again once a record is kept (`appended`); a rejection is the step's failure. */
  gate: (step: LogStep) => Promise<void> = async () => undefined;

  /** Called with each record that is kept. */
  kept: (record: LogRecord) => void = () => undefined;

  /** The log as one process sees it. What a dead one has sent may still be kept; it learns of nothing any more. */
  readonly forProcess = (isAlive: () => boolean): DocumentLog => {
    const alive = async (step: LogStep): Promise<void> => {
      await this.gate(step);
      if (!isAlive()) await new Promise<never>(() => undefined);
    };
    return {
      load: async (document) => {
        await alive('load');
        const stored = this.snapshots.get(documentKey(document));
        const tail = this.#after(document, stored?.seq ?? 0);
        return {
          snapshot: stored?.state ?? null,
          tail: updatesIn(tail),
          tailRecords: tail.length,
          seq: this.#seq(document),
        };
      },
      since: async (document, seq) => {
        await alive('since');
        return { updates: updatesIn(this.#after(document, seq)), seq: this.#seq(document) };
      },
      lastSeq: async (document) => {
        await alive('since');
        return this.#seq(document);
      },
      records: async (document, { after, limit, maxBytes }) => {
        await alive('since');
        let size = 0;
        return this.#after(document, after)
          .slice(0, limit)
          .filter(({ parts }) => {
            const fits = size <= maxBytes;
            size += parts.reduce((sum, { update }) => sum + update.length, 0);
            return fits;
          });
      },
      append: async (document, record) => {
        await this.gate('append');
        const stale = record.seq <= this.#seq(document);
        if (!stale) this.#keep(document, record);
        await alive('appended');
        if (stale) throw new StaleLog();
      },
      snapshot: async (document, state) => {
        await alive('snapshot');
        const stored = this.snapshots.get(documentKey(document));
        if (!stored || stored.seq < state.seq) this.snapshots.set(documentKey(document), state);
      },
    };
  };

  readonly #direct = this.forProcess(() => true);
  readonly load = this.#direct.load;
  readonly since = this.#direct.since;
  readonly lastSeq = this.#direct.lastSeq;
  readonly records = this.#direct.records;
  readonly append = this.#direct.append;
  readonly snapshot = this.#direct.snapshot;

  of(document: CollabDocument): LogRecord[] {
    return this.stored.get(documentKey(document)) ?? [];
  }

  /** What the records say, without any snapshot. */
  content(document: CollabDocument): Y.Doc {
    const doc = new Y.Doc();
    for (const update of updatesIn(this.of(document))) Y.applyUpdate(doc, update);
    return doc;
  }

  #keep(document: CollabDocument, record: LogRecord): void {
    const parts = record.parts.map((part) => ({ ...part, update: part.update.slice() }));
    this.stored.set(documentKey(document), [...this.of(document), { ...record, parts }]);
    this.kept(record);
  }

  #after(document: CollabDocument, seq: number): LogRecord[] {
    return this.of(document).filter((record) => record.seq > seq);
  }

  #seq(document: CollabDocument): number {
    return this.of(document).at(-1)?.seq ?? 0;
  }
}

const updatesIn = (records: readonly LogRecord[]): Uint8Array[] =>
  records.flatMap(({ parts }) => parts.map(({ update }) => update));
