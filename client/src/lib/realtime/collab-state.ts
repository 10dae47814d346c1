import { closeCode } from '@cobench/shared/realtime/collab';

/** Why the server will not have this tab back. */
export type CloseReason = 'signed-out' | 'not-allowed' | 'missing' | 'outdated' | 'flooded' | 'too-big' | 'refused';

/** How a document is connected. Only `loading` has nothing to show yet; `offline` may or may not. */
export type CollabState =
  | { state: 'loading' }
  | { state: 'synced' }
  | { state: 'reconnecting' }
  | { state: 'offline' }
  | { state: 'closed'; reason: CloseReason };

/** Where the changes made here are. */
export type SaveState =
  /** `at`: when the server last said that all is durable; null if nothing was changed here. */
  | { state: 'saved'; at: Date | null }
  /** On their way to the server. */
  | { state: 'saving'; changes: number }
  /** All of them are on the disk of this computer, and not on the server. */
  | { state: 'kept'; changes: number }
  /** Some are nowhere but in this tab. */
  | { state: 'unsaved'; changes: number };

/** Failed attempts after which "reconnecting" is called what it is. */
export const attemptsBeforeOffline = 3;

/** Whether the server meant this close for good. Frames over its limit would only be sent, and refused, again. */
export const isFinal = (code: number): boolean => (code >= 4400 && code < 4500) || code === closeCode.tooBig;

export function closeReason(code: number): CloseReason {
  switch (code) {
    case closeCode.signedOut:
      return 'signed-out';
    case closeCode.notAllowed:
      return 'not-allowed';
    case closeCode.missing:
      return 'missing';
    case closeCode.outdatedSchema:
      return 'outdated';
    case closeCode.flooded:
      return 'flooded';
    case closeCode.tooBig:
      return 'too-big';
    default:
      return 'refused';
  }
}

const firstDelay = 200;
const longestDelay = 10_000;

/**
 * Milliseconds before the next attempt after `failures` failed ones: doubling from 200 ms to 10 s, of which a random half
 * is taken off, so that the tabs of a whole laboratory do not come back in the same instant. `random` in [0, 1).
 */
export const reconnectDelay = (failures: number, random: number): number =>
  Math.min(firstDelay * 2 ** failures, longestDelay) * (1 - random / 2);
