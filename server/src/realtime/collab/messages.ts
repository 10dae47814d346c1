import { messageType } from '@cobench/shared/realtime/collab';
import * as decoding from 'lib0/decoding';
import { messageYjsSyncStep1, messageYjsSyncStep2, messageYjsUpdate } from 'y-protocols/sync';
import * as Y from 'yjs';

/** What a peer may say, in the y-websocket protocol. */
export type Message =
  /** null for a replica that has nothing. */
  | { type: 'step1'; stateVector: Uint8Array | null }
  | { type: 'step2' | 'update'; update: Uint8Array }
  | { type: 'awareness'; update: Uint8Array }
  | { type: 'queryAwareness' };

/** Bytes that are not what the protocol, Yjs or this server's limits allow. `code` closes the socket that sent them. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: number;

  constructor(code: number, reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.code = code;
  }
}

/**
 * Reads all messages of one frame, most often one. Types are read as numbers, never as bytes: an overlong varint means
 * what it decodes to.
 * @throws where the frame is empty, malformed, or says what is not in the protocol.
 */
export function readMessages(frame: Uint8Array): Message[] {
  const decoder = decoding.createDecoder(frame);
  const messages: Message[] = [];
  do messages.push(readMessage(decoder));
  while (decoding.hasContent(decoder));
  return messages;
}

function readMessage(decoder: decoding.Decoder): Message {
  const type = decoding.readVarUint(decoder);
  switch (type) {
    case messageType.sync:
      return readSync(decoder);
    case messageType.awareness:
      return { type: 'awareness', update: decoding.readVarUint8Array(decoder) };
    case messageType.queryAwareness:
      return { type: 'queryAwareness' };
    default:
      throw new Error(`Message type ${type} is unknown.`);
  }
}

function readSync(decoder: decoding.Decoder): Message {
  const step = decoding.readVarUint(decoder);
  const content = decoding.readVarUint8Array(decoder);
  switch (step) {
    case messageYjsSyncStep1:
      return { type: 'step1', stateVector: Y.decodeStateVector(content).size > 0 ? content : null };
    case messageYjsSyncStep2:
      return { type: 'step2', update: content };
    case messageYjsUpdate:
      return { type: 'update', update: content };
    default:
      throw new Error(`Sync step ${step} is unknown.`);
  }
}

export const step1Message = (stateVector: Uint8Array): Uint8Array =>
  frame([messageType.sync, messageYjsSyncStep1], stateVector);
export const step2Message = (update: Uint8Array): Uint8Array => frame([messageType.sync, messageYjsSyncStep2], update);
export const updateMessage = (update: Uint8Array): Uint8Array => frame([messageType.sync, messageYjsUpdate], update);
export const awarenessMessage = (update: Uint8Array): Uint8Array => frame([messageType.awareness], update);

/** Each of the types is below 128, and so one byte. */
function frame(types: readonly number[], content: Uint8Array): Uint8Array {
  const prefix = types.length + lengthBytes(content.length);
  const message = new Uint8Array(prefix + content.length);
  message.set(types);
  let at = types.length;
  for (let left = content.length; ; left = Math.floor(left / 128)) {
    message[at++] = left < 128 ? left : (left % 128) | 128;
    if (left < 128) break;
  }
  message.set(content, prefix);
  return message;
}

/** How many bytes a length takes as a varint. */
function lengthBytes(length: number): number {
  let bytes = 1;
  for (let left = length; left >= 128; left = Math.floor(left / 128)) bytes++;
  return bytes;
}
