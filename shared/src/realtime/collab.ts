import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { z } from 'zod';

/** Documents live at /collab/<kind>/<id>: the body of an entry, the notes of a run. */
export const documentKinds = ['entry', 'run'] as const;
export type DocumentKind = (typeof documentKinds)[number];
export const collabPath = '/collab';
/** The same over long HTTP requests (engine.io, polling), where a proxy lets no websocket through: `?kind=…&id=…`. */
export const collabHttpPath = '/collab-http';

/** The root of every document: a Y.XmlFragment that Tiptap edits. */
export const bodyField = 'body';

/**
 * Version of the editor schema, sent by the client as `?schema=`. It grows when a node or mark is added: an older tab
 * would delete what it does not know, so the server tells it to reload (4409).
 */
export const schemaVersion = 2;

/** Message types of the y-websocket protocol, and ours. */
export const messageType = { sync: 0, awareness: 1, auth: 2, queryAwareness: 3, saved: 100 } as const;

/** Why a socket was closed. y-websocket takes 4400–4499 as final and comes back after anything else. */
export const closeCode = {
  malformed: 4400,
  signedOut: 4401,
  notAllowed: 4403,
  missing: 4404,
  /** It wrote under a client id that is somebody else's. */
  foreign: 4406,
  outdatedSchema: 4409,
  flooded: 4429,
  loadFailed: 4500,
  storeFailed: 4501,
  tooSlow: 4508,
  tooBig: 1009,
  restarting: 1012,
} as const;

/**
 * Over HTTP a binary message is a frame, and this text is the close of a websocket: what follows it is the end. A body
 * that is too long for the door is answered with 413, which means `tooBig`.
 */
export const encodeClose = (code: number, reason: string): string => `close ${code} ${reason}`;

/** Null for a text that is no close. */
export function decodeClose(text: string): { code: number; reason: string } | null {
  const [, code, reason = ''] = /^close (\d{4}) (.*)$/s.exec(text) ?? [];
  return code === undefined ? null : { code: Number(code), reason };
}

/**
 * Whether a Yjs update (V1) says nothing at all: no structures, no deletions. Stock clients answer step 1 with it when
 * they have nothing to add, readers included.
 */
export const isEmptyUpdate = (update: Uint8Array): boolean => update.length === 2 && update[0] === 0 && update[1] === 0;

/** Whom an awareness state speaks for, under `user`: written by the server from the session, whatever the client says. */
export const AwarenessUser = z.object({
  id: z.string(),
  name: z.string(),
  /** The same for a person everywhere. */
  color: z.string().regex(/^#[0-9a-f]{6}$/i),
});
export type AwarenessUser = z.infer<typeof AwarenessUser>;

/**
 * "Saved": the first `count` update messages of this connection are durable. `stateVector` names the clients of this
 * document that those messages extended, and how far the stored document has them. Counted are the sync messages of type step 2 and update, in the order they were sent, except those whose
 * update `isEmptyUpdate`. The state vector in the server's step 1 promises as much: what it covers is durable. Stock
 * y-websocket clients ignore this message.
 */
export type Saved = { count: number; stateVector: Uint8Array };

export function encodeSaved({ count, stateVector }: Saved): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, messageType.saved);
  encoding.writeVarUint(encoder, count);
  encoding.writeVarUint8Array(encoder, stateVector);
  return encoding.toUint8Array(encoder);
}

/** Reads what follows the message type. Throws on malformed bytes. */
export function decodeSaved(decoder: decoding.Decoder): Saved {
  return { count: decoding.readVarUint(decoder), stateVector: decoding.readVarUint8Array(decoder) };
}
