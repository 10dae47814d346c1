import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Peer, Person } from '../../src/realtime/collab/peer.ts';
import type { Room } from '../../src/realtime/collab/room.ts';
import { Editor } from './editor.ts';

let people = 0;

export function aPerson(over: Partial<Person> = {}): Person {
  people++;
  return { id: `person-${people}`, name: `Person ${people}`, sessionId: `session-${people}`, orgId: 'org-1', ...over };
}

/** A peer of a room and the editor behind it, on a line that carries frames when it is told to. */
export class Link implements Peer {
  readonly id: string;
  readonly person: Person;
  readonly editor: Editor;
  readonly toEditor: Uint8Array[] = [];
  readonly toRoom: Uint8Array[] = [];
  mayWrite = true;
  slow = false;
  closed: { code: number; reason: string } | null = null;
  #room: Room | null = null;

  constructor(person: Person = aPerson(), editor = new Editor()) {
    this.id = person.sessionId;
    this.person = person;
    this.editor = editor;
  }

  enter(room: Room): this {
    room.join(this);
    return this.entered(room);
  }

  /** For a room that has let the peer in already. */
  entered(room: Room): this {
    this.#room = room;
    this.editor.open((frame) => this.toRoom.push(frame));
    return this;
  }

  leave(): void {
    this.editor.lost();
    this.#room?.leave(this);
  }

  send(message: Uint8Array): void {
    this.toEditor.push(message);
  }

  close(code: number, reason: string): void {
    this.closed ??= { code, reason };
    this.editor.lost();
  }

  canWrite(): boolean {
    return this.mayWrite;
  }

  isSlow(): boolean {
    return this.slow;
  }

  /** Sends bytes that no editor would. */
  forge(frame: ArrayLike<number>): void {
    this.#room?.receive(this, Uint8Array.from(frame));
  }

  /** Carries one frame to the editor; false where none waits. */
  down(): boolean {
    const frame = this.toEditor.shift();
    if (frame) this.editor.receive(frame);
    return frame !== undefined;
  }

  /** Carries one frame to the room; false where none waits. */
  up(): boolean {
    const frame = this.toRoom.shift();
    if (frame && !this.closed) this.#room?.receive(this, frame);
    return frame !== undefined;
  }
}

/** Carries everything that is on its way, until nothing moves any more. */
export async function settle(...links: Link[]): Promise<void> {
  // What goes through the log takes some turns of the event loop.
  do for (let turn = 0; turn < 5; turn++) await nextTurn();
  while (links.map((link) => [link.down(), link.up()].some(Boolean)).some(Boolean));
}
