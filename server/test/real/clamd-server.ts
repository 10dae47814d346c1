import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { clamd } from '../../src/platform/clamd.ts';

/** The harmless file that every scanner is to find (https://www.eicar.org), in two halves so that none finds it here. */
export const eicar = Buffer.from(
  ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-', 'ANTIVIRUS-TEST-FILE!$H+H*'].join(''),
);

/**
 * ClamAV's daemon on a socket of its own, with one signature that we write and none that is downloaded.
 * @throws where the machine has no clamd.
 */
export async function startRealClamd(largestMegabytes: number) {
  const directory = await mkdtemp(join(tmpdir(), 'cobench-clamd-'));
  const database = join(directory, 'database');
  await mkdir(database);
  const md5 = createHash('md5').update(eicar).digest('hex');
  await writeFile(join(database, 'test.hdb'), `${md5}:${eicar.length}:Cobench.Test.Eicar\n`);
  const needle = Buffer.from('cobench-test-needle').toString('hex');
  await writeFile(join(database, 'test.ndb'), `Cobench.Test.Needle:0:*:${needle}\n`);
  const socket = join(directory, 'clamd.sock');
  const settings = [
    'Foreground yes',
    `LocalSocket ${socket}`,
    `DatabaseDirectory ${database}`,
    `TemporaryDirectory ${directory}`,
    `StreamMaxLength ${largestMegabytes}M`,
    'MaxScanSize 200M',
    'MaxFileSize 200M',
    'User root',
    'OfficialDatabaseOnly no',
  ];
  await writeFile(join(directory, 'clamd.conf'), `${settings.join('\n')}\n`);
  const daemon = spawn('clamd', ['--config-file', join(directory, 'clamd.conf')], { stdio: 'ignore' });
  await once(daemon, 'spawn');
  const url = `unix:${socket}`;
  await vi.waitUntil(
    () =>
      clamd(url)
        .ping()
        .then(
          () => true,
          () => false,
        ),
    { timeout: 30_000, interval: 100 },
  );
  return {
    url,
    async close() {
      daemon.kill('SIGKILL');
      if (daemon.exitCode === null && daemon.signalCode === null) await once(daemon, 'exit');
      await rm(directory, { recursive: true });
    },
  };
}
