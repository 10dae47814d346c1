import { setImmediate as nextTurn } from 'node:timers/promises';
import { decodeSaved, messageType } from '@cobench/shared/realtime/collab';
import * as decoding from 'lib0/decoding';
import { Connection, type Wire } from '../../src/realtime/collab/connection.ts';
import { follower } from '../../src/realtime/collab/follower.ts';
import { beatMs, ProcessFanOut } from '../../src/realtime/collab/fan-out.ts';
import { judge } from '../../src/realtime/collab/guard.ts';
import { Journal } from '../../src/realtime/collab/journal.ts';
import type { Access } from '../../src/realtime/collab/lease.ts';
import type { LogRecord } from '../../src/realtime/collab/log.ts';
import { unmetered } from '../../src/realtime/collab/meters.ts';
import { readMessages } from '../../src/realtime/collab/messages.ts';
import { Rooms } from '../../src/realtime/collab/rooms.ts';
import { StructIndex } from '../../src/realtime/collab/struct-index.ts';
import type { Dice } from './dice.ts';
import { Editor } from './editor.ts';
import { Ether, type Radio } from './ether.ts';
import { inlineThread } from './inline-thread.ts';
import { aPerson } from './link.ts';
import { MemoryFollowed } from './memory-followed.ts';
import { MemoryLog, type LogStep } from './memory-log.ts';
import { aDocument } from './room-house.ts';

type Waiting = { step: LogStep; done: PromiseWithResolvers<void> };
type Process = {
  alive: boolean;
  radio: Radio;
  fanOut: ProcessFanOut;
  rooms: Rooms;
  following: ReturnType<typeof follower>;
};

/** A line between a tab and a server process: frames wait on it in both directions, and it can be cut. */
class Line implements Wire {
  readonly up: Uint8Array[] = [];
  readonly down: (Uint8Array | { closed: number })[] = [];
  /** Updates that this connection sent and the server counts, in order. */
  readonly counted: Uint8Array[] = [];
  readonly #sent: (frame: Uint8Array, line: Line) => void;
  cut = false;

  constructor(sent: (frame: Uint8Array, line: Line) => void) {
    this.#sent = sent;
  }
  send(frame: Uint8Array): void {
    if (this.cut) return;
    this.#sent(frame, this);
    this.down.push(frame);
  }
  close(code: number): void {
    this.down.push({ closed: code });
  }
  unsentBytes(): number {
    return 0;
  }
  pause(): void {}
  resume(): void {}
}

/** A person with one tab. */
class Tab {
  readonly editor = new Editor();
  readonly person = aPerson();
  /** Never was allowed to write; writes nevertheless where `honest` is false, in capitals. */
  readonly viewer: boolean;
  readonly honest: boolean;
  access: Access;
  line: Line | null = null;
  process: Process | null = null;
  connection: Connection | null = null;
  closes: number[] = [];

  constructor({ viewer, honest }: { viewer: boolean; honest: boolean }) {
    this.viewer = viewer;
    this.honest = honest;
    this.access = viewer ? 'read' : 'write';
  }
}

/**
 * Tabs, lines, two server processes that can be killed and a log that can fail, moved one small step at a time by a dice.
 * Whatever a server says is checked against the log in the moment it is said. What one process tells the other comes
 * late, twice, in disorder or never.
 */
export class World {
  readonly tabs: Tab[];
  readonly log = new MemoryLog();
  /** Promises that were broken. */
  readonly broken: string[] = [];
  /** What the log says the document is, at any moment. */
  readonly #durable = new StructIndex();
  readonly #dice: Dice;
  readonly #waiting: Waiting[] = [];
  readonly #processes: Process[];
  readonly #ether = new Ether();
  #now = Date.UTC(2026, 10, 21);
  #calm = false;
  #started = 0;

  constructor(dice: Dice) {
    this.#dice = dice;
    this.tabs = Array.from(
      { length: 2 + dice.roll(4) },
      (_, at) => new Tab({ viewer: at > 1 && dice.roll(2) === 0, honest: dice.roll(2) === 0 }),
    );
    this.log.kept = (record) => this.#keep(record);
    this.log.gate = async (step) => {
      if (this.#calm) return;
      const done = Promise.withResolvers<void>();
      this.#waiting.push({ step, done });
      await done.promise;
    };
    this.#processes = [this.#start(), this.#start()];
  }

  get openRooms(): number {
    return this.#processes.reduce((sum, { rooms }) => sum + rooms.open, 0);
  }

  async step(): Promise<void> {
    this.#now += this.#dice.roll(150);
    const tab = this.#dice.pick(this.tabs);
    const chance = this.#dice.roll(100);
    if (chance < 8) this.#toggle(tab);
    else if (chance < 35) this.#type(tab);
    else if (chance < 63) this.#carry(tab);
    else if (chance < 86) this.#moveLog();
    else if (chance < 89) this.#ether.move(this.#dice);
    else if (chance < 90) this.#disturb();
    else if (chance < 92) void this.#dice.pick(this.#processes).following.close();
    else if (chance < 95) this.#changeRole(tab);
    else if (chance < 98) tab.editor.point({ cursor: this.#dice.roll(9) });
    else this.#restart();
    await nextTurn();
  }

  /** The store works again, roles are given back, and everybody stays until nothing moves. */
  async calmDown(): Promise<void> {
    this.#calm = true;
    if (this.#ether.down) this.#ether.comeBack();
    for (const { done } of this.#waiting.splice(0)) done.resolve();
    for (const tab of this.tabs) {
      tab.access = tab.viewer ? 'read' : 'write';
      void tab.connection?.recheck();
    }
    // Who is connected stays so; who finds the connection closed comes back, as often as it takes.
    for (let round = 0; round < 6; round++) {
      for (const tab of this.tabs) if (!tab.line) this.#connect(tab);
      await this.#settle();
      for (let beat = 0; beat < 10; beat++) await this.#beat();
    }
    // As every client does four times a minute.
    for (const tab of this.tabs) if (tab.editor.awareness.getLocalState()) tab.editor.point({ cursor: 0 });
    await this.#settle();
  }

  /** One process is killed, and of the people of the other one leaves, while the processes do not hear each other. */
  async lose(): Promise<void> {
    this.#ether.down = true;
    const [killed, other] = this.#processes;
    if (killed) this.#kill(killed);
    const [leaving] = this.tabs.filter(({ line, process }) => line && process === other);
    if (leaving) this.#cut(leaving);
    for (let beat = 0; beat < 10; beat++) await this.#beat();
    this.#ether.comeBack();
    for (let beat = 0; beat < 10; beat++) await this.#beat();
  }

  /** A person of one process leaves, and the other process does not hear of it. */
  async leaveUnheard(): Promise<void> {
    const [leaving] = this.tabs.filter(({ line }) => line);
    if (leaving) this.#cut(leaving);
    this.#ether.lose();
    for (let beat = 0; beat < 25; beat++) await this.#beat();
  }

  async leave(): Promise<void> {
    for (const tab of this.tabs) this.#cut(tab);
    await Promise.all(this.#processes.map(({ following }) => following.close()));
  }

  #start(): Process {
    const log = this.log.forProcess(() => process.alive);
    const clock = () => new Date(this.#now);
    const thread = inlineThread({ documents: 2, bytes: 10_000, restMs: 1000 });
    const warn = () => undefined;
    const radio = this.#ether.join();
    this.#started++;
    const fanOut = new ProcessFanOut({ channels: radio, self: `process-${this.#started}`, clock });
    const rooms: Rooms = new Rooms({
      fanOut,
      meters: unmetered,
      log,
      journal: new Journal({ log, clock }),
      thread,
      clock,
      flushed: (flush) => process.following.flushed(flush),
      warn,
    });
    const following = follower({
      content: (document) => rooms.content(document),
      log,
      project: async () => undefined,
      followed: new MemoryFollowed(),
      warn,
      after: { quietMs: 1_000_000, atMostMs: 1_000_000, updates: Infinity },
      worth: { records: 5, bytes: 200 },
    });
    const process: Process = { alive: true, radio, fanOut, rooms, following };
    return process;
  }

  #keep(record: LogRecord): void {
    for (const { personId, update } of record.parts) {
      const verdict = judge(update, this.#durable, { personId });
      if (verdict.is === 'new') this.#durable.add(verdict.judged);
      else if (verdict.is !== 'nothing') this.broken.push(`the log was given what is ${verdict.is}`);
    }
  }

  /** A beat of one process, or what is between the processes goes away, or comes back. */
  #disturb(): void {
    const chance = this.#dice.roll(8);
    if (chance > 2) this.#dice.pick(this.#processes).fanOut.beat();
    else if (this.#ether.down) this.#ether.comeBack();
    else if (chance === 0) this.#ether.down = true;
  }

  async #beat(): Promise<void> {
    this.#now += beatMs;
    for (const { fanOut } of this.#processes) fanOut.beat();
    await this.#settle();
  }

  async #settle(): Promise<void> {
    do await nextTurn();
    while ([this.#ether.settle(), ...this.tabs.map((tab) => this.#carry(tab))].some(Boolean));
  }

  /** SIGKILL: every line of a process breaks, and what was on its way to the store gets there or not. */
  #restart(): void {
    const killed = this.#dice.pick(this.#processes);
    this.#kill(killed);
    this.#processes.push(this.#start());
  }

  #kill(killed: Process): void {
    killed.alive = false;
    this.#processes.splice(this.#processes.indexOf(killed), 1);
    this.#ether.leave(killed.radio);
    for (const tab of this.tabs) if (tab.process === killed) this.#cut(tab);
  }

  #toggle(tab: Tab): void {
    if (tab.line) this.#cut(tab);
    else this.#connect(tab);
  }

  #connect(tab: Tab): void {
    const line = new Line((frame, on) => this.#assertTrue(frame, on));
    const process = this.#dice.pick(this.#processes);
    tab.line = line;
    tab.process = process;
    tab.connection = new Connection({
      id: tab.person.sessionId,
      person: tab.person,
      document: aDocument,
      wire: line,
      rooms: process.rooms,
      access: async () => ({ access: tab.access, asOf: this.#now }),
      clock: () => new Date(this.#now),
      meters: unmetered,
      warn: () => undefined,
    });
    tab.editor.open((frame) => {
      line.up.push(frame);
      line.counted.push(...updatesIn(frame));
    });
  }

  #cut(tab: Tab): void {
    if (!tab.line) return;
    tab.line.cut = true;
    tab.line = null;
    tab.editor.lost();
    tab.connection?.gone();
    tab.connection = null;
  }

  #type(tab: Tab): void {
    if (tab.viewer && tab.honest) return;
    const text = tab.editor.doc.getText('t');
    const at = this.#dice.roll(text.length + 1);
    const left = text.length - at;
    const kind = this.#dice.roll(10);
    if (kind < 6 || left === 0) {
      const letter = String.fromCharCode((tab.viewer ? 65 : 97) + this.#dice.roll(26));
      text.insert(at, letter, this.#dice.roll(3) === 0 ? { bold: true } : undefined);
    } else if (kind < 8) {
      text.delete(at, 1 + this.#dice.roll(Math.min(left, 3)));
    } else {
      text.format(at, 1 + this.#dice.roll(left), { bold: this.#dice.roll(2) === 0 ? true : null });
    }
  }

  /** Moves one frame each way; false where nothing moved. */
  #carry(tab: Tab): boolean {
    const { line } = tab;
    const up = line?.up.shift();
    if (up) tab.connection?.receive(up);
    const down = line?.down.shift();
    if (!down) return up !== undefined;
    if (down instanceof Uint8Array) {
      tab.editor.receive(down);
    } else {
      tab.closes.push(down.closed);
      this.#cut(tab);
    }
    return true;
  }

  /** One step of the store ends: well most often, sometimes not, and then it may have been done all the same. */
  #moveLog(): void {
    const [next] = this.#waiting.splice(this.#dice.roll(Math.max(1, this.#waiting.length)), 1);
    if (this.#dice.roll(12) === 0) next?.done.reject(new Error('the store failed'));
    else next?.done.resolve();
  }

  #changeRole(tab: Tab): void {
    if (!tab.viewer) tab.access = this.#dice.pick(['write', 'write', 'read', 'notAllowed']);
    if (this.#dice.roll(2) === 0) void tab.connection?.recheck();
  }

  /** Everything that is shown, or said to be saved, is in the log. */
  #assertTrue(frame: Uint8Array, line: Line): void {
    if (frame[0] === messageType.saved) {
      const { count } = decodeSaved(decoding.createDecoder(frame.subarray(1)));
      if (count > line.counted.length) this.broken.push('more was said to be saved than was sent');
      for (const update of line.counted.slice(0, count)) this.#assertDurable(update, 'was said to be saved');
    } else {
      for (const update of updatesIn(frame)) this.#assertDurable(update, 'was shown');
    }
  }

  #assertDurable(update: Uint8Array, what: string): void {
    const { is } = judge(update, this.#durable, { personId: 'anybody' });
    if (is !== 'nothing') this.broken.push(`an update ${what} that the log does not have`);
  }
}

function updatesIn(frame: Uint8Array): Uint8Array[] {
  return readMessages(frame).flatMap((message) =>
    (message.type === 'step2' || message.type === 'update') && message.update.length > 2 ? [message.update] : [],
  );
}
