// The baseline: whatever comes in a room goes to the others in it. No Yjs, no rights, nothing kept.
// Usage: node relay.ts PORT
import { createServer } from 'node:http';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';

const emptyAnswer = Uint8Array.of(0, 1, 2, 0, 0);
const rooms = new Map<string, Set<WebSocket>>();
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
const server = createServer((_req, res) => res.end());
server.on('upgrade', (req, raw, head) =>
  sockets.handleUpgrade(req, raw, head, (socket) => enter(socket, req.url ?? '')),
);
server.listen(Number(process.argv[2]), '127.0.0.1');

function enter(socket: WebSocket, room: string): void {
  const others = rooms.get(room) ?? new Set();
  rooms.set(room, others.add(socket));
  socket.on('error', () => undefined);
  socket.on('close', () => others.delete(socket));
  socket.on('message', (data: RawData) => {
    const message = data as Buffer;
    if (message[0] === 0 && message[1] === 0) return socket.send(emptyAnswer);
    if (message[0] === 0 && message[1] === 1) return undefined;
    for (const other of others) if (other !== socket) other.send(message);
    return undefined;
  });
}
