import type { CollabState, SaveState } from '#lib/realtime/collab-state.ts';
import { timeOfDay } from '#lib/ui/format.ts';

/** How to say where the changes of this tab are. */
export type SaveWords = {
  text: string;
  /** `calm`: all is on the server. `busy`: it is on its way. `away`: it is in this tab only, or others cannot be seen. */
  mood: 'calm' | 'busy' | 'away';
};

/** “Saved 12:04”, “Saving…”, “Offline: 14 changes kept in this tab”. */
export function saveWords(saving: SaveState, connection: CollabState): SaveWords {
  switch (saving.state) {
    case 'offline':
      return { text: `${nameOf(connection)}: ${countOf(saving.changes)} kept in this tab`, mood: 'away' };
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

function nameOf({ state }: CollabState): string {
  if (state === 'reconnecting') return 'Reconnecting';
  if (state === 'closed') return 'Disconnected';
  return state === 'synced' ? 'Not sent' : 'Offline';
}
