// The baseline: what comes is written to a file as it is, and read from it again; synced as often as the product does it.
// No rights, no keys, no hash. Usage: node plain-pipe.ts PORT DIRECTORY
import { open } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const [port = '', directory = ''] = process.argv.slice(2);
const file = join(directory, 'plain.bin');
const partBytes = 8 * 2 ** 20;

async function keep(req: IncomingMessage): Promise<void> {
  const kept = await open(file, 'w');
  let sinceSync = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    await kept.write(chunk);
    sinceSync += chunk.length;
    if (sinceSync < partBytes) continue;
    await kept.datasync();
    sinceSync = 0;
  }
  await kept.sync();
  await kept.close();
}

const answer = (req: IncomingMessage, res: ServerResponse): Promise<unknown> =>
  req.method === 'PUT' ? keep(req).then(() => res.end()) : pipeline(createReadStream(file), res);

createServer({ requestTimeout: 0 }, (req, res) => void answer(req, res)).listen(Number(port), '127.0.0.1');
