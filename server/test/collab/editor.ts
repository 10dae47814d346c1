import { decodeSaved, messageType } from '@cobench/shared/realtime/collab';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import * as awareness from 'y-protocols/awareness';
import * as sync from 'y-protocols/sync';
import * as Y from 'yjs';

/** A browser tab as the y-websocket client is one: its document, and what it says and hears while it is connected. */
export class Editor {
  readonly doc = new Y.Doc();
  readonly awareness = new awareness.Awareness(this.doc);
  /** Frames of each kind that came, newest last. */
  heard: { type: string; content: Uint8Array }[] = [];
  /** The last acknowledgement of this connection, and how many messages that are counted were sent. */
  saved = 0;
  sent = 0;
  #send: ((frame: Uint8Array) => void) | null = null;

  constructor() {
    this.awareness.setLocalState(null);
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== this && this.#send) this.#say((to) => sync.writeUpdate(to, update));
    });
  }

  get text(): string {
    return this.doc.getText('t').toJSON();
  }

  insert(at: number, text: string): void {
    this.doc.getText('t').insert(at, text);
  }

  open(send: (frame: Uint8Array) => void): void {
    this.#send = send;
    this.saved = 0;
    this.sent = 0;
    this.heard = [];
    this.#say((to) => sync.writeSyncStep1(to, this.doc));
    const { clientID } = this.doc;
    const state = this.awareness.getLocalState();
    if (state) send(awarenessFrame(clientID, this.awareness.meta.get(clientID)!.clock, state));
  }

  lost(): void {
    this.#send = null;
    const others = [...this.awareness.getStates().keys()].filter((client) => client !== this.doc.clientID);
    awareness.removeAwarenessStates(this.awareness, others, this);
  }

  /** Puts the cursor somewhere. */
  point(state: Record<string, unknown>): void {
    this.awareness.setLocalState(state);
    const { clientID } = this.doc;
    this.#send?.(awarenessFrame(clientID, this.awareness.meta.get(clientID)!.clock, state));
  }

  receive(frame: Uint8Array): void {
    const decoder = decoding.createDecoder(frame);
    const type = decoding.readVarUint(decoder);
    if (type === messageType.saved) {
      this.saved = decodeSaved(decoder).count;
      this.heard.push({ type: 'saved', content: frame });
    } else if (type === messageType.awareness) {
      const update = decoding.readVarUint8Array(decoder);
      this.heard.push({ type: 'awareness', content: update });
      awareness.applyAwarenessUpdate(this.awareness, update, this);
    } else {
      const at = decoder.pos;
      const step = decoding.readVarUint(decoder);
      this.heard.push({ type: ['step1', 'step2', 'update'][step]!, content: decoding.readVarUint8Array(decoder) });
      decoder.pos = at;
      const reply = encoding.createEncoder();
      sync.readSyncMessage(decoder, reply, this.doc, this);
      if (encoding.length(reply) > 0) this.#frame(encoding.toUint8Array(reply));
    }
  }

  #say(write: (to: encoding.Encoder) => void): void {
    const encoder = encoding.createEncoder();
    write(encoder);
    this.#frame(encoding.toUint8Array(encoder));
  }

  destroy(): void {
    this.awareness.destroy();
    this.doc.destroy();
  }

  #frame(content: Uint8Array): void {
    const empty = content.length === 4 && content[2] === 0 && content[3] === 0;
    if (content[0] !== sync.messageYjsSyncStep1 && !empty) this.sent++;
    const frame = new Uint8Array(content.length + 1);
    frame.set(content, 1);
    this.#send?.(frame);
  }
}

/** What a client says about a cursor, its own or another's. */
export function awarenessFrame(client: number, clock: number, state: object | null): Uint8Array {
  const update = encoding.encode((to) => {
    for (const value of [1, client, clock]) encoding.writeVarUint(to, value);
    encoding.writeVarString(to, JSON.stringify(state));
  });
  return encoding.encode((to) => {
    encoding.writeVarUint(to, messageType.awareness);
    encoding.writeVarUint8Array(to, update);
  });
}
