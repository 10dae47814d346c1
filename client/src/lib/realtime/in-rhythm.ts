import { messageType } from '@cobench/shared/realtime/collab';
import * as decoding from 'lib0/decoding';
import { messageYjsSyncStep1, messageYjsUpdate } from 'y-protocols/sync';
import type { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { takingIn } from './remote-updates.ts';
import { Rhythm } from './rhythm.ts';

/** Milliseconds that a big document may take to arrive before its connection is taken for dead. */
const patience = 2 * 60_000;

/**
 * What others write and where they point comes in beats; questions and answers of the protocol come at once.
 * `before` runs before anything of it is taken into the document.
 */
export function takeInRhythm(provider: WebsocketProvider, before: () => void): void {
  const { doc, messageHandlers } = provider;
  const { sync, awareness } = messageType;
  const takeSync = messageHandlers[sync];
  const takeAwareness = messageHandlers[awareness];
  let updates: Uint8Array[] = [];
  const rhythm = new Rhythm({
    play: (waiting) => {
      before();
      updates = [];
      takingIn(doc, updates, () => Y.transact(doc, () => waiting.forEach((take) => take()), provider, false));
    },
  });
  messageHandlers[sync] = (...message) => {
    bePatient(provider);
    const [, decoder] = message;
    const start = decoder.pos;
    const kind = decoding.readVarUint(decoder);
    const update = kind === messageYjsSyncStep1 ? null : decoding.readVarUint8Array(decoder);
    if (update && kind === messageYjsUpdate) {
      return rhythm.add(() => {
        updates.push(update);
        Y.applyUpdate(doc, update, provider);
      });
    }
    decoder.pos = start;
    rhythm.flush();
    before();
    return takingIn(doc, update ? [update] : [], () => takeSync?.(...message));
  };
  messageHandlers[awareness] = (...message) => {
    bePatient(provider);
    rhythm.add(() => takeAwareness?.(...message));
  };
  provider.on('connection-close', () => rhythm.flush());
  provider.on('status', ({ status }) => {
    if (status === 'connected') bePatient(provider);
  });
}

/**
 * The provider takes a connection for dead after half a minute without a message. A big document over a slow network is
 * one message that takes longer, and would be asked for again, for ever.
 */
function bePatient(provider: WebsocketProvider): void {
  if (!provider.synced) provider.wsLastMessageReceived = Date.now() + patience;
}
