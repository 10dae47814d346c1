import { once } from 'node:events';
import { decodeSaved, messageType } from '@cobench/shared/realtime/collab';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { WebSocket, type RawData } from 'ws';
import * as Y from 'yjs';

const [step1, step2, update] = [0, 1, 2];
const nothingKnown = Uint8Array.of(messageType.sync, step1, 1, 0);
const nothingToAdd = Uint8Array.of(messageType.sync, step2, 2, 0, 0);

type Seen = (typist: Typist, writer: number, clock: number) => void;

/** Somebody who types at the end of a document: a bare socket that knows the wire, without a `Y.Doc`. */
export class Typist {
  readonly client: number;
  /** How many characters this one typed. */
  clock = 0;
  /** What the first character stands behind; the beginning of the root text `content` if nothing. */
  #place: Y.ID | null = null;
  #pointed = 0;
  /** How many update messages the server has called durable. */
  saved = 0;
  /** How far each other writer's characters have come here. */
  readonly seen = new Map<number, number>();
  /** The content that came when this one joined. */
  content: Uint8Array = Uint8Array.of(0, 0);
  readonly #socket: WebSocket;
  readonly #onSeen: Seen;

  private constructor(socket: WebSocket, client: number, onSeen: Seen) {
    this.#socket = socket;
    this.client = client;
    this.#onSeen = onSeen;
  }

  /** Joins a document; resolves when its content came. */
  static async join(
    url: string,
    { client, headers, onSeen = () => undefined }: { client: number; headers: Record<string, string>; onSeen?: Seen },
  ): Promise<Typist> {
    const socket = new WebSocket(url, { headers, perMessageDeflate: false });
    const typist = new Typist(socket, client, onSeen);
    const synced = Promise.withResolvers<void>();
    socket.on('error', synced.reject);
    socket.on('close', (code) => synced.reject(new Error(`closed with ${code}`)));
    socket.on('message', (data: RawData) => typist.#hear(data as Buffer, synced.resolve));
    await once(socket, 'open');
    socket.send(nothingKnown);
    await synced.promise;
    return typist;
  }

  get open(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Where to type, before the first character. */
  goTo(place: Y.ID): void {
    this.#place = place;
  }

  /** Types one character after the last one. */
  type(): void {
    const { client, clock } = this;
    this.send(oneCharacter({ client, clock }, clock === 0 ? this.#place : { client, clock: clock - 1 }));
    this.clock++;
  }

  /** Puts the cursor behind the last character. */
  point(): void {
    const item = { client: this.client, clock: this.clock - 1 };
    const position = { type: null, tname: null, item, assoc: 0 };
    const state = JSON.stringify({ cursor: { anchor: position, head: position } });
    const states = encoding.encode((encoder) => {
      for (const value of [1, this.client, ++this.#pointed]) encoding.writeVarUint(encoder, value);
      encoding.writeVarString(encoder, state);
    });
    const message = encoding.encode((encoder) => {
      encoding.writeVarUint(encoder, messageType.awareness);
      encoding.writeVarUint8Array(encoder, states);
    });
    this.#socket.send(message);
  }

  send(bytes: Uint8Array): void {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, messageType.sync);
    encoding.writeVarUint(encoder, update);
    encoding.writeVarUint8Array(encoder, bytes);
    this.#socket.send(encoding.toUint8Array(encoder));
  }

  async leave(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }

  terminate(): void {
    this.#socket.on('error', () => undefined);
    this.#socket.terminate();
  }

  #hear(data: Buffer, synced: () => void): void {
    const decoder = decoding.createDecoder(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    const type = decoding.readVarUint(decoder);
    if (type === messageType.saved) this.saved = decodeSaved(decoder).count;
    if (type !== messageType.sync) return;
    const step = decoding.readVarUint(decoder);
    const bytes = decoding.readVarUint8Array(decoder);
    if (step === step1) return this.#socket.send(nothingToAdd);
    if (step === step2) this.content = bytes;
    for (const [writer, clock] of Y.parseUpdateMeta(bytes).to) {
      this.seen.set(writer, Math.max(clock, this.seen.get(writer) ?? 0));
      if (step === update) this.#onSeen(this, writer, clock);
    }
    if (step === step2) synced();
  }
}

/** A Yjs update (V1): one character behind another one, or at the beginning of the root text `content`. */
function oneCharacter(
  { client, clock }: { client: number; clock: number },
  left: { client: number; clock: number } | null,
): Uint8Array {
  const string = 4;
  const hasLeft = 0x80;
  return encoding.encode((encoder) => {
    for (const value of [1, 1, client, clock]) encoding.writeVarUint(encoder, value);
    encoding.writeUint8(encoder, left ? string | hasLeft : string);
    if (left) {
      encoding.writeVarUint(encoder, left.client);
      encoding.writeVarUint(encoder, left.clock);
    } else {
      encoding.writeVarUint(encoder, 1);
      encoding.writeVarString(encoder, 'content');
    }
    encoding.writeVarString(encoder, String.fromCodePoint(97 + (clock % 26)));
    encoding.writeVarUint(encoder, 0);
  });
}
