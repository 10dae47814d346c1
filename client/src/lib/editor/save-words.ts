import type { CollabState, SaveState } from '#lib/realtime/collab-state.ts';
import { timeOfDay } from '#lib/ui/format.ts';

/** How to say where the changes made here are. */
export type SaveWords = {
  text: string;
  /**
   * `calm`: all is on the server. `busy`: it is on its way. `away`: it is on this computer, or others cannot be seen.
   * `risk`: something is in this tab only.
   */
  mood: 'calm' | 'busy' | 'away' | 'risk';
};

/** “Saved 12:04”, “Saving…”, “Offline: 3 changes on this computer, not on the server yet”. */
export function saveWords(saving: SaveState, connection: CollabState): SaveWords {
  switch (saving.state) {
    case 'unsaved':
      return { text: `${nameOf(connection)}: ${countOf(saving.changes)} not saved yet`, mood: 'risk' };
    case 'kept':
      return {
        text: `${nameOf(connection)}: ${countOf(saving.changes)} on this computer, not on the server yet`,
        mood: 'away',
      };
    case 'saving':
      return { text: 'Saving…', mood: 'busy' };
    case 'saved':
      if (connection.state === 'loading') return { text: 'Opening…', mood: 'busy' };
      if (connection.state !== 'synced') return { text: nameOf(connection), mood: 'away' };
      return { text: saving.at === null ? 'Saved' : `Saved ${timeOfDay(saving.at)}`, mood: 'calm' };
    default:
      return saving satisfies never;
  }
}

/** “1 change”, “14 changes”. */
export const countOf = (changes: number): string => `${changes} ${changes === 1 ? 'change' : 'changes'}`;

function nameOf(connection: CollabState): string {
  switch (connection.state) {
    case 'loading':
      return 'Connecting';
    case 'reconnecting':
      return 'Reconnecting';
    case 'offline':
      return 'Offline';
    case 'synced':
      return 'Not sent';
    case 'closed':
      return connection.reason === 'signed-out' ? 'Signed out' : 'Disconnected';
    default:
      return connection satisfies never;
  }
}
