import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import chromium from '@sparticuz/chromium';
import { freePort, Program } from './program.ts';

/** Once before all journeys: the browser unpacked, and a data folder that a first start of the product has filled. */
export default async function setUp(): Promise<() => Promise<void>> {
  process.env['CHROMIUM'] ||= await chromium.executablePath();
  const directory = await mkdtemp(join(tmpdir(), 'cobench-e2e-'));
  const first = new Program({ PORT: String(await freePort()), DATA_DIR: directory });
  await first.start();
  if ((await first.end('SIGTERM')) !== 0) throw new Error('The server did not end in order.');
  process.env['DEMO_DIRECTORY'] = directory;
  return () => rm(directory, { recursive: true, force: true });
}
