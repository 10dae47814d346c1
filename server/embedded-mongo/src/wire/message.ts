import { Buffer } from 'node:buffer';

/** A frame that breaks the protocol: the connection is answered if possible and closed. */
export class ProtocolError extends Error {}

/** One request as it came off the wire, its BSON not yet looked into. */
export type Request = {
  id: number;
  /** OP_QUERY is spoken by drivers in their first hello only. */
  legacy: boolean;
  /** The client waits for no answer (an unacknowledged write). */
  silent: boolean;
  body: Buffer;
  /** Document sequences by field name, each document's bytes still in the frame. */
  sequences: ReadonlyMap<string, readonly Buffer[]>;
};

export const MAX_MESSAGE_BYTES = 48_000_000;
const HEADER = 16;
const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const MORE_TO_COME = 2;

/** Reads one whole frame (header included). Throws ProtocolError for what is not MongoDB's wire protocol. */
export function readMessage(frame: Buffer): Request {
  const opcode = frame.readInt32LE(12);
  if (opcode === OP_MSG) return readOpMsg(frame);
  if (opcode === OP_QUERY) return readOpQuery(frame);
  throw new ProtocolError(`opcode ${opcode} is not spoken here`);
}

function readOpMsg(frame: Buffer): Request {
  const end = frame.length;
  if (end < HEADER + 10) throw new ProtocolError('the message is too short');
  const flags = frame.readUInt32LE(HEADER);
  // The lower 16 bits are required: a checksum is one of them, and no driver sends it unasked.
  if ((flags & 0xffff & ~MORE_TO_COME) !== 0) throw new ProtocolError(`message flags ${flags} are not understood`);
  const sequences = new Map<string, readonly Buffer[]>();
  let body: Buffer | undefined;
  for (let at = HEADER + 4; at < end;) {
    const kind = frame[at];
    const section = sized(frame, at + 1, end);
    if (kind === 0) {
      if (body) throw new ProtocolError('a message has one body');
      body = section;
    } else if (kind === 1) {
      const zero = section.indexOf(0, 4);
      if (zero < 0) throw new ProtocolError('a document sequence has a name');
      const name = section.toString('utf8', 4, zero);
      if (sequences.has(name)) throw new ProtocolError(`the document sequence '${name}' came twice`);
      sequences.set(name, splitDocuments(section.subarray(zero + 1)));
    } else throw new ProtocolError(`section kind ${kind} is not understood`);
    at += 1 + section.length;
  }
  if (!body) throw new ProtocolError('a message has a body');
  return { id: frame.readInt32LE(4), legacy: false, silent: (flags & MORE_TO_COME) !== 0, body, sequences };
}

function readOpQuery(frame: Buffer): Request {
  const zero = frame.indexOf(0, HEADER + 4);
  if (zero < 0) throw new ProtocolError('the query names no collection');
  const body = sized(frame, zero + 9, frame.length);
  return { id: frame.readInt32LE(4), legacy: true, silent: false, body, sequences: new Map() };
}

function splitDocuments(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const document = sized(bytes, at, bytes.length);
    found.push(document);
    at += document.length;
  }
  return found;
}

/** The bytes at `at` whose own first four say how many they are. */
function sized(bytes: Buffer, at: number, end: number): Buffer {
  const length = at + 4 <= end ? bytes.readInt32LE(at) : 0;
  if (length < 5 || at + length > end) throw new ProtocolError('a length in the message is wrong');
  return bytes.subarray(at, at + length);
}

/** The header that goes before the reply's BSON document. */
export function replyHeader(request: Request, bsonLength: number): Buffer {
  const head = Buffer.alloc(request.legacy ? HEADER + 20 : HEADER + 5);
  head.writeInt32LE(head.length + bsonLength, 0);
  head.writeInt32LE(request.id, 8);
  head.writeInt32LE(request.legacy ? OP_REPLY : OP_MSG, 12);
  if (request.legacy) {
    head.writeInt32LE(8, HEADER); // "await capable", as every server since 2.2 says
    head.writeInt32LE(1, HEADER + 16); // one document
  }
  return head;
}
