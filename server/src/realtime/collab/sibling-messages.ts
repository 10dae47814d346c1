import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import type { LogRecord } from './log.ts';
import { packParts, unpackParts } from './record-bytes.ts';

/** Somebody's cursor as their own process tells it: `state` is JSON under the name of their session, `null` for gone. */
export type Presence = { client: number; clock: number; personId: string; state: string };

/** People of one process: those that changed, or all of them. */
export type People = { people: readonly Presence[]; all: boolean };

/** What the processes that have one document open tell each other about it. */
export type SiblingMessage =
  /** This record is durable. */
  | { is: 'record'; record: LogRecord }
  /** There are records up to this one. */
  | { is: 'more'; seq: number }
  | ({ is: 'present' } & People)
  /** Who is there? */
  | { is: 'who' };

const kind = { record: 0, more: 1, present: 2, who: 3 } as const;

export function encodeSiblingMessage(message: SiblingMessage): Uint8Array {
  return encoding.encode((to) => {
    encoding.writeVarUint(to, kind[message.is]);
    switch (message.is) {
      case 'record':
        return writeRecord(to, message.record);
      case 'more':
        return encoding.writeVarUint(to, message.seq);
      case 'present':
        return writePeople(to, message);
      case 'who':
        return;
      default:
        message satisfies never;
    }
  });
}

/** Null for what only a later version says. @throws where the bytes are no such message. */
export function decodeSiblingMessage(bytes: Uint8Array): SiblingMessage | null {
  const from = decoding.createDecoder(bytes);
  const type = decoding.readVarUint(from);
  switch (type) {
    case kind.record:
      return { is: 'record', record: readRecord(from) };
    case kind.more:
      return { is: 'more', seq: decoding.readVarUint(from) };
    case kind.present:
      return { is: 'present', ...readPeople(from) };
    case kind.who:
      return { is: 'who' };
    default:
      return null;
  }
}

function writeRecord(to: encoding.Encoder, { seq, at, parts }: LogRecord): void {
  const { authors, updates } = packParts(parts);
  encoding.writeVarUint(to, seq);
  encoding.writeVarUint(to, at.getTime());
  encoding.writeVarUint(to, authors.length);
  for (const author of authors) encoding.writeVarString(to, author);
  encoding.writeUint8Array(to, updates);
}

function readRecord(from: decoding.Decoder): LogRecord {
  const seq = decoding.readVarUint(from);
  const at = new Date(decoding.readVarUint(from));
  const authors: string[] = [];
  for (let left = decoding.readVarUint(from); left > 0; left--) authors.push(decoding.readVarString(from));
  return { seq, at, parts: unpackParts({ authors, updates: decoding.readTailAsUint8Array(from) }) };
}

function writePeople(to: encoding.Encoder, { people, all }: People): void {
  encoding.writeUint8(to, all ? 1 : 0);
  encoding.writeVarUint(to, people.length);
  for (const { client, clock, personId, state } of people) {
    encoding.writeVarUint(to, client);
    encoding.writeVarUint(to, clock);
    encoding.writeVarString(to, personId);
    encoding.writeVarString(to, state);
  }
}

function readPeople(from: decoding.Decoder): People {
  const all = decoding.readUint8(from) === 1;
  const people: Presence[] = [];
  for (let left = decoding.readVarUint(from); left > 0; left--) {
    const client = decoding.readVarUint(from);
    const clock = decoding.readVarUint(from);
    const personId = decoding.readVarString(from);
    people.push({ client, clock, personId, state: decoding.readVarString(from) });
  }
  return { people, all };
}
