import type { Connection } from '#lib/realtime/live.svelte.ts';

/** How to say how a page is connected. */
export type ConnectionWords = {
  word: string;
  /** What it means for whoever works here. */
  meaning: string;
  dot: 'green' | 'grey' | 'orange' | 'moving' | 'red';
  mood: 'calm' | 'away';
};

type Circumstances = {
  /** Whether the browser has a network at all. */
  online: boolean;
  /** The connection for lists, runs and alerts. */
  connection: Connection;
  /** Texts go over HTTP, because the network lets no websocket through. */
  blocked: boolean;
  /** A moment, in milliseconds since 1970, as a time of day. */
  timeOf: (at: number) => string;
};

const kept = 'What you write is kept on this computer and sent when the connection is back.';

export function connectionWords({ online, connection, blocked, timeOf }: Circumstances): ConnectionWords {
  if (!online) return { word: 'Offline', meaning: `This computer has no network. ${kept}`, dot: 'red', mood: 'away' };
  if (connection.state === 'signed-out')
    return { word: 'Signed out', meaning: 'Sign in again to go on.', dot: 'orange', mood: 'away' };
  if (blocked)
    return {
      word: 'Connected over HTTP',
      meaning: 'Websockets are blocked on this network. Texts are saved and shared as usual; lists may be behind.',
      dot: 'orange',
      mood: 'calm',
    };
  if (connection.state === 'reconnecting')
    return {
      word: `Reconnecting… since ${timeOf(connection.since)}`,
      meaning: `The server cannot be reached. ${kept}`,
      dot: 'moving',
      mood: 'away',
    };
  if (connection.state === 'connecting')
    return { word: 'Connecting…', meaning: 'The server is being asked.', dot: 'grey', mood: 'calm' };
  return { word: 'Live', meaning: 'What others do is shown as it happens.', dot: 'green', mood: 'calm' };
}
