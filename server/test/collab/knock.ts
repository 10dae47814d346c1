import { collabPath, schemaVersion, type DocumentKind } from '@cobench/shared/realtime/collab';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { Agent } from '../agent.ts';

/** With which code the server closes a connection to a document that sends `words`; null when it lets them in. */
export async function knock(
  person: Agent,
  { kind, id }: { kind: DocumentKind; id: string },
  words: Uint8Array = hello,
): Promise<number | null> {
  const url = `${person.origin.replace('http', 'ws')}${collabPath}/${kind}/${id}?schema=${schemaVersion}`;
  const socket = new WebSocket(url, { headers: { cookie: person.cookie('/'), origin: person.origin } });
  onTestFinished(() => socket.terminate());
  socket.on('open', () => socket.send(words));
  return new Promise((resolve) => {
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('close', resolve);
    socket.on('message', () => resolve(null));
  });
}

/** As every editor says it: what do you have? */
const hello = Uint8Array.of(0, 0, 1, 0);
