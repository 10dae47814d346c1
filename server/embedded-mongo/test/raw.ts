import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import net from 'node:net';
import { deserialize, serialize, type Document } from 'bson';

/** The header of a message of `length` bytes. */
export function header(length: number, opcode: number): Buffer {
  const head = Buffer.alloc(16);
  head.writeInt32LE(length, 0);
  head.writeInt32LE(7, 4);
  head.writeInt32LE(opcode, 12);
  return head;
}

/** An OP_MSG with this body. */
export function opMsg(body: Uint8Array, flags = 0): Buffer {
  const rest = Buffer.concat([Buffer.alloc(4), Buffer.from([0]), body]);
  rest.writeUInt32LE(flags, 0);
  return Buffer.concat([header(16 + rest.length, 2013), rest]);
}

/** Sends the bytes and resolves with what came back before the connection closed. */
export async function exchange(url: string, bytes: Uint8Array): Promise<Buffer> {
  const socket = net.connect(Number(new URL(url).port), '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => undefined);
  socket.end(bytes);
  await once(socket, 'close');
  return Buffer.concat(chunks);
}

/** One command without a driver, which would put sessions and numbers of its own into it. */
export async function rawCommand(url: string, command: Document): Promise<Document> {
  const reply = await exchange(url, opMsg(serialize({ ...command, $db: 'test' })));
  return deserialize(reply.subarray(21));
}
