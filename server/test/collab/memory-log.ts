import * as Y from 'yjs';
import type { DocumentLog, LogRecord, Snapshot } from '../../src/realtime/collab/log.ts';
import { documentKey, type CollabDocument } from '../../src/realtime/collab/peer.ts';

export type LogStep = 'load' | 'records' | 'append' | 'appended' | 'snapshot' | 'compact';

/** A log in memory whose every step can be delayed or made to fail. It outlives the servers that write to it. */
export class MemoryLog implements DocumentLog {
  readonly stored = new Map<string, LogRecord[]>();
  readonly snapshots = new Map<string, Snapshot>();
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
        const snapshot = this.snapshots.get(documentKey(document)) ?? null;
        return { snapshot, tail: this.#after(document, snapshot?.seq ?? 0) };
      },
      lastSeq: async (document) => {
        await alive('records');
        return this.#seq(document);
      },
      records: async (document, { after, limit, maxBytes = Infinity }) => {
        await alive('records');
        let size = 0;
        return this.#after(document, after)
          .slice(0, limit)
          .filter(({ parts }) => {
            const fits = size <= maxBytes;
            size += parts.reduce((sum, { update }) => sum + update.length, 0);
            return fits;
          });
      },
      append: async (records) => {
        await this.gate('append');
        const outcomes = records.map(({ document, record }) => {
          if (record.seq <= this.#seq(document)) return 'stale' as const;
          this.#keep(document, record);
          return 'written' as const;
        });
        await alive('appended');
        return outcomes;
      },
      compact: () => alive('compact'),
      snapshot: async (document, state) => {
        await alive('snapshot');
        const stored = this.snapshots.get(documentKey(document));
        if (!stored || stored.seq < state.seq) this.snapshots.set(documentKey(document), state);
      },
    };
  };

  readonly #direct = this.forProcess(() => true);
  readonly load = this.#direct.load;
  readonly lastSeq = this.#direct.lastSeq;
  readonly records = this.#direct.records;
  readonly append = this.#direct.append;
  readonly snapshot = this.#direct.snapshot;
  readonly compact = this.#direct.compact;

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
