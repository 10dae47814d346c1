import { execFile, spawnSync } from 'node:child_process';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { createLog } from '../../platform/log.ts';
import { auditCheckpoints } from './checkpoint.ts';
import { timeStamping } from './time-stamp.ts';

const run = promisify(execFile);
const orgId = 'org-1';
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cobench-stamps-'));
});
afterEach(() => rm(directory, { recursive: true }));

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => void server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/tsa`;
}

const checkpoint = { orgId, seq: 7, hash: 'ab'.repeat(32), at: '2026-11-21T08:00:00.000Z', signature: 'c2ln' };
const inDirectory = (name: string) => join(directory, name);

/** A time-stamp authority as OpenSSL makes one. */
async function authority(): Promise<string> {
  const config = `
[tsa]
default_tsa = it
[it]
serial = ${inDirectory('serial')}
default_policy = 1.2.3.4
digests = sha256
signer_digest = sha256
ess_cert_id_alg = sha256
[ext]
extendedKeyUsage = critical,timeStamping
[req]
distinguished_name = name
[name]
`;
  await writeFile(inDirectory('tsa.cnf'), config);
  await writeFile(inDirectory('serial'), '01');
  const files = ['-keyout', inDirectory('key.pem'), '-out', inDirectory('cert.pem'), '-config', inDirectory('tsa.cnf')];
  const subject = ['-subj', '/CN=Test TSA', '-extensions', 'ext', '-days', '2'];
  await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...files, ...subject]);
  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const query: Buffer[] = [];
    for await (const chunk of req) query.push(chunk as Buffer);
    await writeFile(inDirectory('query'), Buffer.concat(query));
    const keys = ['-inkey', inDirectory('key.pem'), '-signer', inDirectory('cert.pem')];
    const inOut = ['-queryfile', inDirectory('query'), '-out', inDirectory('reply')];
    await run('openssl', ['ts', '-reply', '-config', inDirectory('tsa.cnf'), ...inOut, ...keys]);
    res.setHeader('content-type', 'application/timestamp-reply');
    res.end(await readFile(inDirectory('reply')));
  };
  return serve((req, res) => void answer(req, res));
}

const openssl = spawnSync('openssl', ['version']).status === 0;
test.skipIf(!openssl)(
  'a checkpoint is stamped by a real authority, and OpenSSL verifies the stamp against its line',
  async () => {
    const url = await authority();
    await timeStamping({ url, directory })(checkpoint);
    const kept = JSON.parse(await readFile(inDirectory(`${orgId}.tsr.jsonl`), 'utf8')) as Record<string, string>;
    expect(kept['checkpoint']).toBe(JSON.stringify(checkpoint));
    await writeFile(inDirectory('line'), kept['checkpoint'] ?? '');
    await writeFile(inDirectory('stamp'), Buffer.from(kept['reply'] ?? '', 'base64'));
    const verify = (data: string) => {
      const files = ['-data', inDirectory(data), '-in', inDirectory('stamp'), '-CAfile', inDirectory('cert.pem')];
      return run('openssl', ['ts', '-verify', ...files]);
    };
    expect((await verify('line')).stdout + (await verify('line')).stderr).toContain('Verification: OK');
    await writeFile(inDirectory('another'), kept['checkpoint']?.replace('"seq":7', '"seq":8') ?? '');
    await expect(verify('another')).rejects.toThrow(/mismatch/);
  },
);

test.each<[string, RequestListener]>([
  ['refuses', (_req, res) => void res.writeHead(500).end()],
  ['answers with a page', (_req, res) => void res.end('<html>')],
  ['rejects the query', (_req, res) => void res.end(Buffer.from('30053003020102', 'hex'))],
  ['sends us elsewhere', (_req, res) => void res.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
  ['answers without end', (_req, res) => void res.end(Buffer.alloc(100_000, 0x30))],
])('nothing is kept where the authority %s', async (_how, answer) => {
  const url = await serve(answer);
  await expect(timeStamping({ url, directory })(checkpoint)).rejects.toThrow(/stamp|fetch failed/);
  expect(await readdir(directory)).toEqual([]);
});

test('an authority that is away keeps no checkpoint from being written', async () => {
  const checkpoints = await auditCheckpoints({
    directory,
    hashAt: async (_orgId, seq) => (seq === 1 ? 'h' : null),
    clock: () => new Date(),
    log: createLog('silent'),
    onHour: timeStamping({ url: 'http://127.0.0.1:1/', directory }),
  });
  checkpoints.grown(orgId, { seq: 1, hash: 'h', at: new Date() });
  checkpoints.grown('org-2', { seq: 1, hash: 'h', at: new Date() });
  await checkpoints.flush();
  expect(await checkpoints.of(orgId)).toHaveLength(2);
  expect(await checkpoints.of('org-2')).toHaveLength(2);
});
