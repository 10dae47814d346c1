import { anySocket, opens } from './any-socket.ts';
import { httpLine } from './http-line.ts';
import { websocketLine } from './line.ts';
import { Transport } from './transport.svelte.ts';

/** How all documents of this tab reach the server. */
export const transport = new Transport({ probe: (url) => opens(url, websocketLine), storage: sessionStorage });

/** The class of socket for this browser; to the provider it is a WebSocket. */
export const browserSocket = anySocket({
  transport,
  lines: { websocket: websocketLine, http: httpLine },
}) as unknown as typeof WebSocket;
