import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedMongo } from '@cobench/embedded-mongo';
import chromium from '@sparticuz/chromium';

/** Once before all journeys: the browser unpacked, and a real engine unless MONGODB_URL names one. */
export default async function setUp(): Promise<() => Promise<void>> {
  process.env['CHROMIUM'] ||= await chromium.executablePath();
  if (process.env['MONGODB_URL']) return async () => {};
  const directory = await mkdtemp(join(tmpdir(), 'cobench-e2e-'));
  const engine = await startEmbeddedMongo({ file: join(directory, 'store.db'), port: 0 });
  process.env['MONGODB_URL'] = engine.url;
  return async () => {
    await engine.close();
    await rm(directory, { recursive: true, force: true });
  };
}
