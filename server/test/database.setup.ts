import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedMongo } from '@cobench/embedded-mongo';

/** One real engine for the whole run: what MONGODB_URL names, otherwise the embedded one on a file of its own. */
export default async function setUp(): Promise<() => Promise<void>> {
  if (process.env['MONGODB_URL']) return async () => {};
  const directory = await mkdtemp(join(tmpdir(), 'cobench-test-'));
  const engine = await startEmbeddedMongo({ file: join(directory, 'store.db'), port: 0 });
  process.env['MONGODB_URL'] = engine.url;
  return async () => {
    await engine.close();
    await rm(directory, { recursive: true, force: true });
  };
}
