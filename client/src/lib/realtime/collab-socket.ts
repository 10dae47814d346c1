import { isEmptyUpdate, messageType } from '@cobench/shared/realtime/collab';
import * as decoding from 'lib0/decoding';
import { messageYjsSyncStep1, messageYjsSyncStep2 } from 'y-protocols/sync';
import type { CollabLedger } from './collab-ledger.ts';

/** What a socket of one document has to know. */
export type CollabSocketParts = {
  ledger: CollabLedger;
  canWrite: () => boolean;
  /** There was nothing to add to what the server has. */
  onsettled: () => void;
  WebSocket: typeof WebSocket;
};

/**
 * The class of socket that the provider opens for one document. It watches what leaves: counts the messages that the
 * server will acknowledge, keeps back what has to wait, and sends nothing for somebody who may only read.
 */
export function collabSocket({ ledger, canWrite, onsettled, WebSocket: Base }: CollabSocketParts): typeof WebSocket {
  return class extends Base {
    /** The server asked what we have, and was told. */
    #answered = false;

    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      ledger.connected();
    }

    override send(message: Uint8Array<ArrayBuffer>): void {
      if (this.#mayLeave(message)) super.send(message);
    }

    #mayLeave(message: Uint8Array): boolean {
      const decoder = decoding.createDecoder(message);
      if (decoding.readVarUint(decoder) !== messageType.sync) return true;
      const step = decoding.readVarUint(decoder);
      if (step === messageYjsSyncStep1) return true;
      const isAnswer = step === messageYjsSyncStep2;
      // The answer to the server's question carries everything, so that what is typed before it need not go ahead of
      // it, where the server would miss the changes in between.
      if (!isAnswer && !this.#answered) return false;
      this.#answered = true;
      if (isEmptyUpdate(decoding.readVarUint8Array(decoder))) {
        if (isAnswer) onsettled();
        return true;
      }
      if (!canWrite()) return false;
      ledger.sent();
      return true;
    }
  };
}
