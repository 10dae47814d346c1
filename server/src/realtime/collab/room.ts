import { closeCode, encodeSaved, isEmptyUpdate } from '@cobench/shared/realtime/collab';
import type { Clock } from '../../platform/clock.ts';
import { Awareness } from './awareness.ts';
import { encodeReach, type Acknowledgement } from './batch.ts';
import { DocumentState } from './document-state.ts';
import { judge, type Verdict } from './guard.ts';
import { longTail, maxSnapshotBytes, maxUpdateBytes } from './limits.ts';
import { LogWriter } from './log-writer.ts';
import type { DocumentLog, LoadedDocument, Part } from './log.ts';
import { lastNumber, updatesOf } from './loaded.ts';
import { awarenessMessage, readMessages, Refused, step1Message, step2Message, updateMessage } from './messages.ts';
import type { Message } from './messages.ts';
import type { CollabDocument, Peer, Person } from './peer.ts';
import { StructIndex } from './struct-index.ts';

/** Updates of a document have become durable; `by` wrote the last of them. */
export type Flushed = { room: Room; document: CollabDocument; by: Person; at: Date };

type RoomParts = {
  document: CollabDocument;
  log: DocumentLog;
  clock: Clock;
  /** Called after the peers were told. */
  flushed: (flush: Flushed) => void;
  /** Nobody is here and nothing waits to be written. May be called again. */
  idle: () => void;
  /** The log could not be written, or the state is damaged: the room is good for nothing any more. */
  dropped: (cause: unknown) => void;
};

type Member = {
  peer: Peer;
  /** It was told the content, and so is told of changes. */
  synced: boolean;
  /** Update messages that came from it. */
  received: number;
  /** It sent something whose predecessors we lack and was asked for them; until they come nothing more counts as saved. */
  gap: boolean;
};

/**
 * One open document and the peers that edit it. Knows no sockets and no database, and exists only after its document was
 * loaded: what failed to load can be shown to nobody.
 *
 * One rule holds it together: an update is applied when it comes, but whatever is computed from it (a broadcast, an
 * answer, an acknowledgement, a reading) leaves the room only when the log has it.
 */
export class Room {
  readonly #parts: RoomParts;
  readonly #state: DocumentState;
  readonly #index: StructIndex;
  readonly #awareness: Awareness;
  readonly #writer: LogWriter;
  readonly #members = new Map<Peer, Member>();
  #dropped = false;

  /** @throws where what was loaded is damaged. */
  constructor(parts: RoomParts, loaded: LoadedDocument) {
    const { document, log, clock } = parts;
    this.#parts = parts;
    this.#state = new DocumentState(updatesOf(loaded));
    this.#index = indexOf(loaded);
    this.#awareness = new Awareness(clock);
    this.#writer = new LogWriter(
      {
        document,
        log,
        clock,
        written: (batch, at) => {
          batch.release((peer, acknowledgement) => this.#tellSaved(peer, acknowledgement));
          parts.flushed({ room: this, document, by: batch.by, at });
          this.#rest();
        },
        foreign: (parts) => this.#takeForeign(parts),
        failed: (cause) => this.#drop(cause),
      },
      { seq: lastNumber(loaded), tail: loaded.tail.length },
    );
  }

  get empty(): boolean {
    return this.#members.size === 0;
  }

  /** Bytes of updates that are not durable yet. */
  get undurableBytes(): number {
    return this.#writer.undurableBytes;
  }

  join(peer: Peer): void {
    this.#members.set(peer, { peer, synced: false, received: 0, gap: false });
    this.#ask(peer);
    this.#tellPresence(peer);
  }

  leave(peer: Peer): void {
    if (!this.#members.delete(peer)) return;
    const left = this.#awareness.leave(peer);
    if (left) this.#toAll(awarenessMessage(left));
    this.#rest();
  }

  /** Takes one frame from a peer. What is wrong with it closes that peer, and changes nothing. */
  receive(peer: Peer, frame: Uint8Array): void {
    try {
      for (const message of readMessages(frame)) {
        const member = this.#members.get(peer);
        if (!member) return;
        this.#take(member, message);
      }
    } catch (error) {
      const refused = error instanceof Refused ? error : new Refused(closeCode.malformed, 'malformed message');
      peer.close(refused.code, refused.message);
      this.leave(peer);
    }
  }

  /** Reads the document; resolves when all that was read is durable. @throws where it could not be made so. */
  async read<T>(view: (state: DocumentState) => T): Promise<T> {
    const value = view(this.#state);
    await this.durable();
    return value;
  }

  /** Resolves when everything that came so far is durable. @throws where it could not be made so. */
  async durable(): Promise<void> {
    if (this.#dropped) throw new Error('The room was given up.');
    await this.#writer.last?.durable();
  }

  /** Saves time for the next opening, where there is much to read. Only while nothing waits to be written. */
  async snapshot(): Promise<void> {
    if (this.#dropped || this.#writer.tail < longTail) return;
    const { seq } = this.#writer;
    const state = this.#state.diff();
    if (state.length > maxSnapshotBytes) return;
    await this.#parts.log.snapshot(this.#parts.document, { seq, state, owners: new Map() });
    this.#writer.snapshotTaken();
  }

  #take(member: Member, message: Message): void {
    switch (message.type) {
      case 'step1':
        return this.#answer(member, this.#state.diff(message.stateVector));
      case 'step2':
      case 'update':
        return this.#takeUpdate(member, message);
      case 'awareness':
        return this.#takeAwareness(member.peer, message.update);
      case 'queryAwareness':
        return this.#tellPresence(member.peer);
      default:
        return message satisfies never;
    }
  }

  #answer(member: Member, update: Uint8Array): void {
    this.#whenDurable(() => {
      member.synced = true;
      this.#send(member.peer, step2Message(update));
    });
  }

  #takeUpdate(member: Member, { type, update }: { type: 'step2' | 'update'; update: Uint8Array }): void {
    if (isEmptyUpdate(update)) return;
    if (update.length > maxUpdateBytes) throw new Refused(closeCode.tooBig, 'update too large');
    const { peer } = member;
    member.received++;
    const verdict = judge(update, this.#index, { personId: peer.person.id });
    if (verdict.is === 'malformed') throw new Refused(closeCode.malformed, verdict.why);
    if (verdict.is === 'foreign') throw new Refused(closeCode.foreign, verdict.why);
    if (verdict.is !== 'nothing' && !peer.canWrite()) throw new Refused(closeCode.notAllowed, 'read only');
    if (verdict.is === 'gap') return this.#fillGap(member, type);
    // An answer to step 1 carries all that the peer has, and with it whatever was missed before.
    if (type === 'step2') member.gap = false;
    if (verdict.is === 'new') {
      this.#apply(peer, verdict);
      const change = verdict.update;
      this.#writer.write(peer.person, change).whenDurable(() => this.#broadcast(peer, change));
    }
    if (!member.gap) this.#acknowledge(member, verdict.is === 'new' ? verdict.reach : new Map());
  }

  /** Somebody typed before they could tell us what they had made offline: we ask, and get both. */
  #fillGap(member: Member, type: 'step2' | 'update'): void {
    if (type === 'step2') throw new Refused(closeCode.malformed, 'predecessors are missing');
    if (!member.gap) this.#ask(member.peer);
    member.gap = true;
  }

  /** Applied before it is logged, so that nothing is ever logged that cannot be applied. */
  #apply(peer: Peer, { update, judged }: Extract<Verdict, { is: 'new' }>): void {
    try {
      this.#state.apply(update);
      this.#index.add(judged);
    } catch (cause) {
      // The guard has missed something: the state may be half changed, and the sender must not come back with it.
      this.#members.delete(peer);
      this.#drop(cause);
      throw new Refused(closeCode.malformed, 'cannot be applied', { cause });
    }
  }

  #takeForeign(parts: readonly Part[]): void {
    for (const { update, personId } of parts) {
      this.#state.apply(update);
      this.#index.learn(update, personId);
      this.#toAll(updateMessage(update));
    }
  }

  #takeAwareness(peer: Peer, update: Uint8Array): void {
    const said = this.#awareness.receive(peer, update);
    if (!said) return;
    const others = awarenessMessage(said.others);
    for (const other of this.#members.keys()) other.send(other === peer ? awarenessMessage(said.echo) : others);
  }

  #acknowledge({ peer, received: count }: Member, reach: ReadonlyMap<number, number>): void {
    const acknowledgement = { count, reach };
    const batch = this.#writer.last;
    if (batch) batch.acknowledge(peer, acknowledgement);
    else this.#tellSaved(peer, acknowledgement);
  }

  /** Our step 1. A client takes what its state vector covers for saved. */
  #ask(peer: Peer): void {
    const stateVector = this.#state.stateVector();
    this.#whenDurable(() => this.#send(peer, step1Message(stateVector)));
  }

  #whenDurable(say: () => void): void {
    const batch = this.#writer.last;
    if (batch) batch.whenDurable(say);
    else say();
  }

  #tellSaved(peer: Peer, { count, reach }: Acknowledgement): void {
    this.#send(peer, encodeSaved({ count, stateVector: encodeReach(reach) }));
  }

  #tellPresence(peer: Peer): void {
    const present = this.#awareness.everybody();
    if (present) this.#send(peer, awarenessMessage(present));
  }

  #broadcast(writer: Peer, update: Uint8Array): void {
    const message = updateMessage(update);
    for (const { peer, synced } of this.#members.values()) if (synced && peer !== writer) peer.send(message);
  }

  #toAll(message: Uint8Array): void {
    for (const peer of this.#members.keys()) peer.send(message);
  }

  #send(peer: Peer, message: Uint8Array): void {
    if (this.#members.has(peer)) peer.send(message);
  }

  /** What is not durable was seen by nobody but its writer, who still has it and brings it back. */
  #drop(cause: unknown): void {
    if (this.#dropped) return;
    this.#dropped = true;
    this.#writer.stop(cause);
    const peers = [...this.#members.keys()];
    this.#members.clear();
    for (const peer of peers) peer.close(closeCode.storeFailed, 'not stored, come back');
    this.#parts.dropped(cause);
  }

  #rest(): void {
    if (!this.#dropped && this.empty && !this.#writer.last) this.#parts.idle();
  }
}

function indexOf({ snapshot, tail }: LoadedDocument): StructIndex {
  const index = StructIndex.from({ state: snapshot?.state });
  for (const [client, personId] of snapshot?.owners ?? []) index.bind(client, personId);
  for (const { parts } of tail) for (const { update, personId } of parts) index.learn(update, personId);
  return index;
}
