import { newId } from '../../platform/new-id.ts';
import { DocumentState } from './document-state.ts';
import { lastNumber, updatesOf } from './loaded.ts';
import type { DocumentLog } from './log.ts';
import { updateMessage } from './messages.ts';
import type { CollabDocument, Peer, Person } from './peer.ts';
import type { Rooms } from './rooms.ts';

/** What to write into a document with this content: a Yjs update, or null for nothing. */
export type Change = (content: Uint8Array) => Uint8Array | null;

type Writing = { document: CollabDocument; by: Person; change: Change };

/**
 * Writes into a document for a person: the server joins its room as one more peer, so that the update is judged, logged
 * and told like anybody's. Resolves when it is durable.
 * @throws where the update is refused or cannot be stored.
 */
export async function writeInto(rooms: Rooms, { document, by, change }: Writing): Promise<void> {
  const update = change(await rooms.read(document));
  if (update === null) return;
  const writer = new ServerWriter(by);
  const room = await rooms.join(document, writer);
  try {
    room.receive(writer, updateMessage(update));
    await room.durable();
  } finally {
    room.leave(writer);
  }
  if (writer.refusal !== null) throw new Error(`What the server wrote was refused: ${writer.refusal}.`);
}

type Amendment = { document: CollabDocument; by: { personId: string }; change: Change; at: Date };

/** Appends to the log of a document that nobody has open. Resolves when it is durable. */
export async function amend(log: DocumentLog, { document, by, change, at }: Amendment): Promise<void> {
  const loaded = await log.load(document);
  const update = change(new DocumentState(updatesOf(loaded)).diff());
  if (update === null) return;
  const parts = [{ personId: by.personId, sessionId: null, update }];
  const [outcome] = await log.append([{ document, record: { seq: lastNumber(loaded) + 1, parts, at } }]);
  // Another process was faster: what is to be changed is another document now.
  if (outcome === 'stale') await amend(log, { document, by, change, at });
}

/** A peer that listens to nothing; whoever lets it write has asked about rights. */
class ServerWriter implements Peer {
  readonly id = newId();
  readonly person: Person;
  refusal: string | null = null;

  constructor(person: Person) {
    this.person = person;
  }

  send(): void {}

  close(_code: number, reason: string): void {
    this.refusal = reason;
  }

  canWrite(): boolean {
    return true;
  }
}
