// `npm run bench:files`: what encryption, hashing and bookkeeping cost beside the same pipe without them, what a large file
// costs in memory, and how long small ones and ranges take. Machines are noisy: read the ratios.
// Options: --size MiB of the large file (default 5120), --small N files (default 1000), --rounds N (default 3)
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fileIdHeader, uploadsPath } from '@cobench/shared/files/upload';
import { freePort } from '../test/harness.ts';
import { begin, begun, offsetType, someBytes, tus } from '../test/file-house.ts';
import { end, started } from './child-server.ts';
import { watchMemory } from './files/memory-watch.ts';
import { readBytes, sendBytes } from './files/stream.ts';
import { median, quantiles } from './quantiles.ts';
import { startCobench } from './runs/house.ts';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '5120' },
    small: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
  },
});
const mebibyte = 2 ** 20;
const large = Number(values.size) * mebibyte;
/** Short enough for several rounds of both, one after the other. */
const side = Math.min(large, 512 * mebibyte);
const shown = (perSecond: number): string => `${Math.round(perSecond / mebibyte)} MiB/s`;

const directory = await mkdtemp(join(tmpdir(), 'cobench-bench-files-'));
const port = await freePort();
const plain = await started([join(import.meta.dirname, 'files/plain-pipe.ts'), String(port), directory], {
  port,
  environment: {},
});
const plainUrl = new URL(`http://127.0.0.1:${port}/`);
const house = await startCobench();
const { person, projectId, origin, pid } = house;
const headersFor = (url: URL) => ({ cookie: person.cookie(url.pathname), origin });

async function upload(size: number): Promise<{ id: string; perSecond: number }> {
  const url = new URL(await begun(person, size, { filename: `large-${size}.bin`, projectId }), origin);
  const headers = { ...tus, ...headersFor(url), 'content-type': offsetType, 'upload-offset': '0' };
  const sent = await sendBytes({ url, method: 'PATCH', headers }, size);
  return { id: String(sent.headers[fileIdHeader.toLowerCase()]), perSecond: sent.perSecond };
}
function download(id: string, range?: string) {
  const url = new URL(`/api/v1/files/${id}/content`, origin);
  return readBytes({ url, headers: { ...headersFor(url), ...(range !== undefined && { range }) } });
}

try {
  await compare();
  await largeFile();
  await smallFiles();
} finally {
  await end(plain, 'SIGKILL');
  await house.stop();
  await rm(directory, { recursive: true, force: true });
}

async function compare(): Promise<void> {
  const cipher = opensslPerSecond();
  console.log(`openssl speed -evp aes-256-gcm: ${cipher === null ? 'there is no openssl' : shown(cipher)}`);
  const none = (): { plain: number[]; ours: number[] } => ({ plain: [], ours: [] });
  const both = { up: none(), down: none() };
  for (let round = 0; round <= Number(values.rounds); round++) {
    const up = await sendBytes({ url: plainUrl, method: 'PUT' }, side);
    const ours = await upload(side);
    const [down, oursDown] = [await readBytes({ url: plainUrl }), await download(ours.id)];
    // The first round warms both up.
    if (round === 0) continue;
    both.up.plain.push(up.perSecond);
    both.up.ours.push(ours.perSecond);
    both.down.plain.push(down.perSecond);
    both.down.ours.push(oursDown.perSecond);
  }
  for (const [way, { plain: pipe, ours }] of Object.entries(both)) {
    const [pipeSpeed, ourSpeed] = [median(pipe), median(ours)];
    const bounded = cipher === null ? pipeSpeed : 1 / (1 / pipeSpeed + 1 / cipher);
    console.log(
      `${way}, ${side / mebibyte} MiB: ours ${shown(ourSpeed)}, plain pipe ${shown(pipeSpeed)} (ratio ${ratio(ourSpeed, pipeSpeed)}), ` +
        `plain pipe and openssl one after the other ${shown(bounded)} (ratio ${ratio(ourSpeed, bounded)}; wanted 0.60)`,
    );
  }
}

async function largeFile(): Promise<void> {
  const receiving = watchMemory(pid);
  const { id, perSecond } = await upload(large);
  console.log(
    `${values.size} MiB up: ${shown(perSecond)}, memory grew ${Math.round(receiving.stop())} MB (wanted < 64)`,
  );
  const sending = watchMemory(pid);
  const down = await download(id);
  console.log(
    `${values.size} MiB down: ${shown(down.perSecond)}, memory grew ${Math.round(sending.stop())} MB (wanted < 64)`,
  );
  const firsts: number[] = [];
  for (let time = 0; time < 200; time++) {
    const from = Math.floor(Math.random() * (large - 65_536));
    firsts.push((await download(id, `bytes=${from}-${from + 65_535}`)).firstMs);
  }
  const [p50, p99] = quantiles(firsts, [0.5, 0.99]);
  console.log(`first byte of a range in it: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms (wanted < 100)`);
}

async function smallFiles(): Promise<void> {
  const [files, bytes] = [Number(values.small), someBytes(10_000)];
  const began = performance.now();
  let next = 0;
  const sender = async (): Promise<void> => {
    while (next < files) {
      const metadata = { filename: `small-${next++}.bin`, projectId };
      const more = { headers: { 'content-type': offsetType }, body: new Uint8Array(bytes) };
      const answer = await begin(person, bytes.length, metadata, more);
      if (answer.status !== 201) throw new Error(`${uploadsPath} answered ${answer.status}.`);
    }
  };
  await Promise.all(Array.from({ length: 6 }, sender));
  console.log(
    `${files} files of 10 kB, six at a time: ${((performance.now() - began) / 1000).toFixed(1)} s (wanted < 20)`,
  );
}

function ratio(ours: number, theirs: number): string {
  return (ours / theirs).toFixed(2);
}

/** Bytes a second of one core, in segments as we seal them. */
function opensslPerSecond(): number | null {
  const args = ['speed', '-evp', 'aes-256-gcm', '-bytes', '65536', '-seconds', '2', '-mr'];
  const { status, stdout } = spawnSync('openssl', args, { encoding: 'utf8' });
  const told = /^\+F:\d+:[^:]+:([\d.]+)/m.exec(stdout ?? '')?.[1];
  return status === 0 && told !== undefined ? Number(told) : null;
}
