import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../src/config.ts';
import { openDatabase } from '../../src/database.ts';
import { newId } from '../../src/platform/new-id.ts';
import { mongoDocumentLog } from '../../src/realtime/collab/log.mongo.ts';
import { quantiles } from '../quantiles.ts';

/** Milliseconds of one durable log record after another on an otherwise idle store of the same kind. */
export async function commitAlone(times: number): Promise<{ p50: number; p99: number }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cobench-bench-'));
  const config = readConfig({ ...process.env, DATA_DIR: dataDir, WEB: 'none', LOG_LEVEL: 'silent', NODE_ENV: 'test' });
  const { connection, direct, close } = await openDatabase(config);
  const log = mongoDocumentLog(connection, { direct });
  const document = { orgId: newId(), kind: 'entry', id: newId() } as const;
  const parts = [{ personId: newId(), sessionId: newId(), update: new Uint8Array(24) }];
  const taken: number[] = [];
  for (let seq = 1; seq <= times; seq++) {
    const start = performance.now();
    await log.append([{ document, record: { seq, at: new Date(), parts } }]);
    taken.push(performance.now() - start);
  }
  await close();
  await rm(dataDir, { recursive: true, force: true });
  const [p50, p99] = quantiles(taken, [0.5, 0.99]);
  return { p50, p99 };
}
