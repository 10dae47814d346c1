import { Timeline } from '@cobench/shared/history/timeline';
import { propertyRoots } from '@cobench/shared/notebook/properties';
import { bodyField } from '@cobench/shared/realtime/collab';
import * as Y from 'yjs';
import type { PastStint } from '../../../features/history/index.ts';
import type { LogRecord } from '../log.ts';
import { restoredBy } from '../origin.ts';
import { applyAsIs } from './apply.ts';
import { stateAt } from './state-at.ts';

/** What one record of the log changed. */
export type PastRecord = {
  seq: number;
  at: number;
  /** The last moment of it. */
  moment: number;
  people: readonly string[];
  restored: number | null;
  added: number;
  removed: number;
};

/** Without edits for so long, people have paused. */
export const quietMs = 10 * 60_000;

/** All that happened to a document, from its log alone. */
export class Past {
  /** Forgets nothing: what was deleted is still there to be read. */
  readonly #doc = new Y.Doc({ gc: false });
  readonly timeline = new Timeline();
  readonly records: PastRecord[] = [];
  readonly stints: PastStint[] = [];
  /** The stint of each moment. */
  readonly stintOf: number[] = [];
  /** Bytes of memory that it takes, roughly: measured, about 400 a change beside what the change says. */
  size = 0;
  readonly #open = new Map<string, number>();

  /** The last record it knows. */
  get seq(): number {
    return this.records.at(-1)?.seq ?? 0;
  }

  /** Takes the next records of the log. @throws where one is damaged. */
  extend(records: readonly LogRecord[]): void {
    for (const record of records) this.#take(record);
    applyAsIs(
      this.#doc,
      records.flatMap(({ parts }) => parts.map(({ update }) => update)),
    );
    const { pendingStructs, pendingDs } = this.#doc.store;
    if (pendingStructs ?? pendingDs) throw new Error('A change builds on something that the log does not have.');
  }

  /** The roots of the document, to be read by the timeline. */
  get body(): Y.XmlFragment {
    return this.#doc.getXmlFragment(bodyField);
  }

  get title(): Y.Text {
    return this.#doc.getText(propertyRoots.title);
  }

  get tags(): Y.Map<unknown> {
    return this.#doc.getMap(propertyRoots.tags);
  }

  get fields(): Y.Map<unknown> {
    return this.#doc.getMap(propertyRoots.fields);
  }

  /** The document after a record as one Yjs update, on which can be written what applies to it as it is now. */
  encoded(seq = this.seq): Uint8Array {
    if (seq >= this.seq) return Y.encodeStateAsUpdate(this.#doc);
    return stateAt(this.#doc, this.timeline, this.momentAfter(seq));
  }

  /** The last moment of the state after a record; -1 before the first. */
  momentAfter(seq: number): number {
    return this.recordAt(seq)?.moment ?? -1;
  }

  /** The last record up to a number. Records are dense from 1. */
  recordAt(seq: number): PastRecord | undefined {
    return this.records[Math.min(seq, this.records.length) - 1];
  }

  #take({ seq, at: date, parts }: LogRecord): void {
    if (seq !== this.seq + 1) throw new Error(`Record ${seq} does not follow ${this.seq}.`);
    const at = date.getTime();
    const record = { seq, at, restored: null as number | null, added: 0, removed: 0 };
    for (const { personId, sessionId, update } of parts) {
      const { added, removed } = this.timeline.add({ seq, at, personId }, Y.decodeUpdate(update));
      const restored = restoredBy(sessionId);
      const how = restored !== null ? 'restored' : sessionId === null ? 'imported' : 'typed';
      const stint = this.#stint({ personId, at, how, restored });
      stint.seq = seq;
      stint.to = Math.max(stint.to, at);
      stint.added += added;
      stint.removed += removed;
      record.added += added;
      record.removed += removed;
      record.restored = restored ?? record.restored;
      this.size += 400 + update.length;
    }
    const people = [...new Set(parts.map(({ personId }) => personId))];
    this.records.push({ ...record, people, moment: this.timeline.moments.length - 1 });
  }

  /** The stint that a change belongs to: the person's last one, unless they paused. */
  #stint({
    personId,
    at,
    how,
    restored,
  }: Pick<PastStint, 'personId' | 'how' | 'restored'> & { at: number }): PastStint {
    const open = this.#open.get(personId);
    const last = open === undefined ? undefined : this.stints[open];
    if (open !== undefined && last && how === 'typed' && last.how === 'typed' && at - last.to < quietMs) {
      this.stintOf.push(open);
      return last;
    }
    const stint: PastStint = { personId, from: at, to: at, seq: 0, how, restored, title: null, added: 0, removed: 0 };
    const index = this.stints.push(stint) - 1;
    this.#open.set(personId, index);
    this.stintOf.push(index);
    return stint;
  }
}
