import { closeCode } from '@cobench/shared/realtime/collab';
import { personColour } from '@cobench/shared/realtime/person-colour';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { maxAwarenessBytes } from './limits.ts';
import { Refused } from './messages.ts';
import type { Person } from './peer.ts';

/** A state as it goes over the wire: JSON, `gone` for somebody who has left. */
export type State = { client: number; clock: number; state: string };
export const gone = 'null';

/** Stock clients repeat the states of everybody they see. */
const maxStates = 200;

/** The state under the name of its session, whatever the client wrote there. @throws where it is none, or too large. */
export function signed(json: string, { id, name }: Person): string {
  if (Buffer.byteLength(json) > maxAwarenessBytes) throw new Refused(closeCode.malformed, 'awareness state too large');
  const state: unknown = JSON.parse(json);
  if (state === null) return gone;
  if (typeof state !== 'object' || Array.isArray(state)) throw new Error('An awareness state is an object or null.');
  return JSON.stringify({ ...state, user: { id, name, color: personColour(id) } });
}

/** @throws where the bytes are malformed or too many. */
export function decodeStates(update: Uint8Array): State[] {
  if (update.length > maxStates * maxAwarenessBytes) throw new Refused(closeCode.malformed, 'too many states');
  const decoder = decoding.createDecoder(update);
  const states: State[] = [];
  for (let left = decoding.readVarUint(decoder); left > 0; left--) {
    const client = decoding.readVarUint(decoder);
    const clock = decoding.readVarUint(decoder);
    states.push({ client, clock, state: decoding.readVarString(decoder) });
  }
  if (decoding.hasContent(decoder)) throw new Error('Bytes follow the awareness states.');
  return states;
}

export function encodeStates(states: readonly State[]): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, states.length);
  for (const { client, clock, state } of states) {
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, clock);
    encoding.writeVarString(encoder, state);
  }
  return encoding.toUint8Array(encoder);
}
