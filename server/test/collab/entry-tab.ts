import { messageType, schemaVersion, type DocumentKind } from '@cobench/shared/realtime/collab';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import type { Agent } from '../agent.ts';
import { synced } from './collab-house.ts';

/** A tab of a signed-in person on an entry of the whole product, with the stock y-websocket client; it is closed by itself. */
export const entryTab = (person: Agent, id: string): Promise<WebsocketProvider> =>
  documentTab(person, { kind: 'entry', id });

/** The same on any document. */
export async function documentTab(
  person: Agent,
  { kind, id }: { kind: DocumentKind; id: string },
): Promise<WebsocketProvider> {
  const headers = { cookie: person.cookie('/'), origin: person.origin };
  const tab = new WebsocketProvider(`${person.origin.replace('http', 'ws')}/collab/${kind}`, id, new Y.Doc(), {
    WebSocketPolyfill: class extends WebSocket {
      constructor(url: string | URL) {
        super(url, { headers });
      }
    } as unknown as typeof globalThis.WebSocket,
    params: { schema: String(schemaVersion) },
    disableBc: true,
    maxBackoffTime: 200,
  });
  tab.messageHandlers[messageType.saved] = () => undefined;
  onTestFinished(() => tab.destroy());
  await synced(tab);
  return tab;
}
