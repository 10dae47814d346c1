import { closeCode, encodeSaved, isEmptyUpdate } from '@cobench/shared/realtime/collab';
import type { Clock } from '../../platform/clock.ts';
import { Awareness } from './awareness.ts';
import { encodeReach, type Batch } from './batch.ts';
import type { Content } from './content.ts';
import { judge, type Verdict } from './guard.ts';
import type { Journal } from './journal.ts';
import { maxUpdateBytes } from './limits.ts';
import { LogWriter } from './log-writer.ts';
import { ownerIn, type DocumentLog, type LogRecord } from './log.ts';
import { Member } from './member.ts';
import type { Meters } from './meters.ts';
import { awarenessMessage, readMessages, Refused, step1Message, step2Message, updateMessage } from './messages.ts';
import type { Message } from './messages.ts';
import { clientsIn } from './owners.ts';
import type { People, Presence } from './sibling-messages.ts';
import type { Siblings } from './siblings.ts';
import type { CollabDocument, Peer, Writer } from './peer.ts';
import type { StructIndex } from './struct-index.ts';

/** Updates of a document have become durable; `by` wrote the last of them. */
export type Flushed = { document: CollabDocument; by: Writer; at: Date; updates: number };

export type RoomParts = {
  document: CollabDocument;
  content: Content;
  log: Pick<DocumentLog, 'records'>;
  journal: Pick<Journal, 'enlist'>;
  clock: Clock;
  /** The same document in other processes; null where there are none. */
  siblings: Pick<Siblings, 'wrote' | 'see'> | null;
  meters: Pick<Meters, 'pointed'>;
  /** Called after the peers were told. */
  flushed: (flush: Flushed) => void;
  /** Nobody is here and nothing waits to be written. May be called again. */
  idle: () => void;
  /** The log could not be written or read, or is damaged: the room is good for nothing any more. */
  dropped: (cause: unknown) => void;
};

/**
 * One open document and the peers that edit it. Knows no sockets and no database, and exists only after its document was
 * loaded: what failed to load can be shown to nobody.
 *
 * It holds none of the content, only what judging an update takes. One rule holds it together: an update is judged when
 * it comes, but it leaves the room, is acknowledged, and is read by anybody only when the log has it.
 */
export class Room {
  readonly content: Content;
  readonly #parts: RoomParts;
  readonly #index: StructIndex;
  readonly #awareness: Awareness;
  readonly #writer: LogWriter;
  readonly #members = new Map<Peer, Member>();
  #dropped = false;

  constructor(parts: RoomParts, { seq, index }: { seq: number; index: StructIndex }) {
    const { document, log, journal } = parts;
    this.#parts = parts;
    this.content = parts.content;
    this.#index = index;
    this.#awareness = new Awareness({ clock: parts.clock, writerOf: (client) => index.ownerOf(client) });
    this.#writer = new LogWriter(
      {
        document,
        log,
        journal,
        written: (batch, record) => this.#written(batch, record),
        foreign: (record) => this.#takeForeign(record),
        failed: (cause) => this.#drop(cause),
      },
      seq,
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
    const member = new Member(peer);
    this.#members.set(peer, member);
    this.#ask(member);
    this.#tellPresence(peer);
  }

  leave(peer: Peer): void {
    const member = this.#members.get(peer);
    if (!member) return;
    this.#members.delete(peer);
    member.gone();
    const left = this.#awareness.leave(peer);
    if (left) {
      this.#toAll(awarenessMessage(left.others));
      this.#parts.siblings?.see(left.announced);
    }
    this.rest();
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
      if (this.#parts.siblings && mayBeOld.has(refused.code)) void this.#sendAwayWhenSure(peer, refused);
      else this.#sendAway(peer, refused);
    }
  }

  /** Everything that was sent to a slow peer has left. */
  drained(peer: Peer): void {
    const member = this.#members.get(peer);
    if (member?.behind) void this.#catchUp(member);
  }

  /**
   * Takes an update that the server makes for a person; resolves when it is durable.
   * @throws where it is refused or could not be made durable.
   */
  async write(by: Writer, update: Uint8Array): Promise<void> {
    if (this.#dropped) throw new Error('The room was given up.');
    const verdict = judge(update, this.#index, { personId: by.id });
    if (verdict.is === 'new') await this.#log(by, verdict, null).durable();
    else if (verdict.is === 'nothing') await this.durable();
    else
      throw new Error(
        `What the server wrote was refused: ${'why' in verdict ? verdict.why : 'predecessors are missing'}.`,
      );
  }

  /** Resolves when everything that came so far is durable. @throws where it could not be made so. */
  async durable(): Promise<void> {
    if (this.#dropped) throw new Error('The room was given up.');
    await this.#writer.last?.durable();
  }

  /** Another process says that it has written a record. */
  heard(record: LogRecord): void {
    this.#writer.heard(record);
  }

  /** Reads what other processes have written, for whoever may have missed hearing of it. @throws where it cannot be read. */
  catchUp(): Promise<boolean> {
    return this.#writer.catchUp();
  }

  /** The last record that is known here. */
  get seq(): number {
    return this.#writer.seq;
  }

  /** Another process says who is there. */
  meet(process: string, people: People): void {
    this.#tellPeople(this.#awareness.meet(process, people));
  }

  /** Another process is gone, and its people with it. */
  lose(process: string): void {
    this.#tellPeople(this.#awareness.lose((one) => one === process));
  }

  /** All other processes but these have nobody here. */
  loseAllBut(processes: ReadonlySet<string>): void {
    this.#tellPeople(this.#awareness.lose((one) => !processes.has(one)));
  }

  /** Those whose connection this process has. */
  present(): Presence[] {
    return this.#awareness.present();
  }

  /** Says so where nobody needs the room any more. */
  rest(): void {
    if (!this.#dropped && this.empty && !this.#writer.last) this.#parts.idle();
  }

  #take(member: Member, message: Message): void {
    switch (message.type) {
      case 'step1':
        member.asked = { vector: message.stateVector };
        member.listen();
        if (!member.answering) void this.#answer(member);
        return;
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

  /** Tells a peer the content that it lacks. Who asks again meanwhile is answered once more, for the last that it asked. */
  async #answer(member: Member): Promise<void> {
    member.answering = true;
    try {
      for (let { asked } = member; asked; { asked } = member) {
        member.asked = null;
        const { update, newer, seq } = await this.content.answer(asked.vector);
        if (this.#members.get(member.peer) !== member) return;
        member.answer(seq, newer ? [step2Message(update), updateMessage(newer)] : [step2Message(update)]);
      }
    } catch (cause) {
      return this.#sendAway(member.peer, new Refused(closeCode.loadFailed, 'not loaded, come back', { cause }));
    } finally {
      member.answering = false;
    }
    if (member.behind) await this.#catchUp(member);
  }

  #takeUpdate(member: Member, { type, update }: { type: 'step2' | 'update'; update: Uint8Array }): void {
    if (isEmptyUpdate(update)) return;
    if (update.length > maxUpdateBytes) throw new Refused(closeCode.tooBig, 'update too large');
    const { peer } = member;
    member.received++;
    const verdict = judge(update, this.#index, { personId: peer.person.id });
    if (verdict.is === 'malformed') throw new Refused(closeCode.malformed, verdict.why);
    if (verdict.is !== 'nothing' && !peer.canWrite()) throw new Refused(closeCode.notAllowed, 'read only');
    if (verdict.is === 'foreign') throw new Refused(closeCode.foreign, verdict.why);
    if (verdict.is === 'new') this.#assertOwn(peer, verdict);
    if (verdict.is === 'gap') return this.#fillGap(member, type);
    // An answer to step 1 carries all that the peer has, and with it whatever was missed before.
    if (type === 'step2') member.gap = false;
    if (verdict.is === 'new') this.#log(peer.person, verdict, member);
    if (!member.gap) this.#acknowledge(member, verdict.is === 'new' ? verdict.reach : nowhere);
  }

  #log(by: Writer, { judged, update }: Extract<Verdict, { is: 'new' }>, from: Member | null): Batch {
    this.#index.add(judged);
    return this.#writer.write(by, update, from);
  }

  /** Whoever has appeared with a client id is the only one to write with it, also before they have written. */
  #assertOwn({ person }: Peer, { reach }: { reach: ReadonlyMap<number, number> }): void {
    for (const client of reach.keys()) {
      if ((this.#awareness.ownerOf(client) ?? person.id) === person.id) continue;
      throw new Refused(closeCode.foreign, `client ${client} is somebody else’s`);
    }
  }

  /** Somebody typed before they could tell us what they had made offline: we ask, and get both. */
  #fillGap(member: Member, type: 'step2' | 'update'): void {
    if (type === 'step2') throw new Refused(closeCode.malformed, 'predecessors are missing');
    if (!member.gap) this.#ask(member);
    member.gap = true;
  }

  /** What waited for a record may be said. */
  #written(batch: Batch, record: LogRecord): void {
    const { document, flushed, siblings } = this.#parts;
    this.content.add(record);
    for (const [at, { update }] of batch.parts.entries()) this.#broadcast(record.seq, update, batch.from[at] ?? null);
    for (const member of this.#members.values()) member.told(record.seq);
    for (const [member, { count, reach }] of batch.acknowledgements) this.#tellSaved(member, count, reach);
    batch.release();
    siblings?.wrote(record);
    flushed({ document, by: batch.by, at: record.at, updates: record.parts.length });
    this.rest();
  }

  /** Another process has written this: it comes before whatever is not durable here. */
  #takeForeign(record: LogRecord): void {
    this.content.add(record);
    const undurable = this.#writer.undurableClients();
    for (const part of record.parts) {
      const { update } = part;
      if (clientsIn(update).some((client) => undurable.has(client))) {
        throw new Error('One client wrote to two processes at once.');
      }
      this.#index.learn(update, ownerIn(part));
      this.#broadcast(record.seq, update, null);
    }
    for (const member of this.#members.values()) member.told(record.seq);
  }

  #takeAwareness(peer: Peer, update: Uint8Array): void {
    const said = this.#awareness.receive(peer, update);
    if (!said) return;
    const { siblings, meters } = this.#parts;
    siblings?.see(said.announced);
    meters.pointed();
    const others = awarenessMessage(said.others);
    for (const other of this.#members.keys()) other.send(other === peer ? awarenessMessage(said.echo) : others);
  }

  #acknowledge(member: Member, reach: ReadonlyMap<number, number>): void {
    const batch = this.#writer.last;
    if (batch) batch.acknowledge(member, reach);
    else this.#tellSaved(member, member.received, reach);
  }

  /** Our step 1. A client takes what its state vector covers for saved. */
  #ask(member: Member): void {
    const message = step1Message(this.#index.stateVector());
    const batch = this.#writer.last;
    if (batch) batch.whenDurable(() => this.#send(member, message));
    else this.#send(member, message);
  }

  #tellSaved(member: Member, count: number, reach: ReadonlyMap<number, number>): void {
    this.#send(member, encodeSaved({ count, stateVector: encodeReach(reach) }));
  }

  #tellPresence(peer: Peer): void {
    const present = this.#awareness.everybody();
    if (present) peer.send(awarenessMessage(present));
  }

  #broadcast(seq: number, update: Uint8Array, from: Member | null): void {
    let message: Uint8Array | null = null;
    for (const member of this.#members.values()) {
      if (member !== from) member.tell(seq, (message ??= updateMessage(update)));
    }
  }

  /** Gives somebody who was too slow all that they missed as one change, or more where it is much. */
  async #catchUp(member: Member): Promise<void> {
    if (member.catchingUp) return;
    member.catchingUp = true;
    try {
      while (member.behind && member.has < this.#writer.seq && !member.peer.isSlow()) {
        const { update, seq } = await this.content.since(member.has);
        if (this.#members.get(member.peer) !== member) return;
        member.catchUp(seq, updateMessage(update));
      }
      if (member.has >= this.#writer.seq) member.caughtUp();
    } catch (cause) {
      this.#sendAway(member.peer, new Refused(closeCode.loadFailed, 'not loaded, come back', { cause }));
    } finally {
      member.catchingUp = false;
    }
  }

  #tellPeople(news: Uint8Array | null): void {
    if (news) this.#toAll(awarenessMessage(news));
  }

  #toAll(message: Uint8Array): void {
    for (const peer of this.#members.keys()) peer.send(message);
  }

  #send({ peer }: Member, message: Uint8Array): void {
    if (this.#members.has(peer)) peer.send(message);
  }

  #sendAway(peer: Peer, { code, message }: Refused): void {
    peer.close(code, message);
    this.leave(peer);
  }

  /**
   * Somebody who was on another process brings what they saw there. Where that has not been heard of here, it looks as if
   * they wrote it: so the log is looked into first, and if it has news, they come back and are judged anew.
   */
  async #sendAwayWhenSure(peer: Peer, { code, message }: Refused): Promise<void> {
    this.leave(peer);
    const known = this.seq;
    const hasAll = await this.catchUp().catch(() => false);
    if (hasAll && this.seq === known) peer.close(code, message);
    else peer.close(closeCode.loadFailed, 'not up to date, come back');
  }

  /** What is not durable was seen by nobody but its writer, who still has it and brings it back. */
  #drop(cause: unknown): void {
    if (this.#dropped) return;
    this.#dropped = true;
    this.#writer.stop(cause);
    const members = [...this.#members.values()];
    this.#members.clear();
    for (const member of members) {
      member.gone();
      member.peer.close(closeCode.storeFailed, 'not stored, come back');
    }
    this.#parts.dropped(cause);
  }
}

/** What may be said of an update that another process has taken. */
const mayBeOld: ReadonlySet<number> = new Set([closeCode.foreign, closeCode.notAllowed]);

const nowhere: ReadonlyMap<number, number> = new Map();
