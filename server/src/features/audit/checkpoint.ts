import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import { appendFile, mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import { kept } from '../../platform/kept-file.ts';
import type { Log } from '../../platform/log.ts';
import type { ChainHead } from './chain.ts';

/** How far a chain had grown at a moment, signed: what stands in the database must agree with it for ever. */
export const Checkpoint = z.object({
  orgId: z.string(),
  seq: z.int(),
  hash: z.string(),
  at: z.iso.datetime(),
  /** Ed25519 over the fields above as one JSON list, base64. */
  signature: z.string(),
});
export type Checkpoint = z.infer<typeof Checkpoint>;

const everyMs = 1000;
const hourMs = 3_600_000;

type Deps = {
  directory: string;
  /** The hash of an entry as it stands in the database; null where there is none. */
  hashAt: (orgId: string, seq: number) => Promise<string | null>;
  clock: Clock;
  log: Log;
  onHour?: ((checkpoint: Checkpoint) => Promise<void>) | undefined;
};
export type Checkpoints = Awaited<ReturnType<typeof auditCheckpoints>>;

/**
 * Keeps signed checkpoints of the chains in a directory outside the database: the newest of each chain, at most a second
 * old, in `<organisation>.json`, and one an hour for ever in `<organisation>.jsonl`.
 */
export async function auditCheckpoints({ directory, hashAt, clock, log, onHour }: Deps) {
  const key = await signingKey(directory);
  const heads = new Map<string, ChainHead>();
  const lastHour = new Map<string, number>();
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    const grown = [...heads];
    heads.clear();
    for (const [orgId, { seq, hash }] of grown) {
      const at = clock().toISOString();
      const signature = sign(null, signedText({ orgId, seq, hash, at }), key).toString('base64');
      await keep({ orgId, seq, hash, at, signature });
    }
  }

  async function keep(checkpoint: Checkpoint): Promise<void> {
    const path = join(directory, checkpoint.orgId);
    if (await isKnown(path, checkpoint)) return;
    await replace(`${path}.json`, `${JSON.stringify(checkpoint)}\n`);
    const hour = Math.floor(Date.parse(checkpoint.at) / hourMs);
    if (lastHour.get(checkpoint.orgId) === hour) return;
    lastHour.set(checkpoint.orgId, hour);
    await appendFile(`${path}.jsonl`, `${JSON.stringify(checkpoint)}\n`, { mode: 0o600, flush: true });
    // Whoever stamps it may be slow or away; what is signed here does not wait for that.
    onHour?.(checkpoint).catch((err: unknown) => log.error({ err }, 'an audit checkpoint was not time-stamped'));
  }

  /**
   * Whether another process has signed as much already. The newest checkpoint makes way for the next only where the chain
   * still agrees with it; otherwise it stays for ever.
   */
  async function isKnown(path: string, { seq }: Checkpoint): Promise<boolean> {
    const before = Checkpoint.safeParse(parsed(await readFile(`${path}.json`, 'utf8').catch(() => ''))).data;
    if (!before) return false;
    if ((await hashAt(before.orgId, before.seq)) === before.hash) return before.seq >= seq;
    log.error({ orgId: before.orgId, seq: before.seq }, 'the audit trail is not what was signed: verify it');
    await appendFile(`${path}.jsonl`, `${JSON.stringify(before)}\n`, { mode: 0o600, flush: true });
    return false;
  }

  function flush(): Promise<void> {
    if (timer) clearTimeout(timer);
    timer = null;
    writing = writing
      .then(write)
      .catch((error: unknown) => log.error({ err: error }, 'no audit checkpoint was written'));
    return writing;
  }

  return {
    /** A chain has grown; it is signed within a second. */
    grown(orgId: string, head: ChainHead): void {
      heads.set(orgId, head);
      timer ??= setTimeout(() => void flush(), everyMs);
    },
    /** Signs what has grown now. */
    flush,
    /** What was signed about a chain. */
    of: (orgId: string): Promise<Checkpoint[]> => readCheckpoints(directory, { orgId, key: createPublicKey(key) }),
  };
}

/**
 * The checkpoints of a chain in a directory, oldest first.
 * @throws where one is damaged or was not signed with the key.
 */
export async function readCheckpoints(
  directory: string,
  { orgId, key }: { orgId: string; key: KeyObject },
): Promise<Checkpoint[]> {
  const files = (await readdir(directory)).filter((name) => name === `${orgId}.json` || name === `${orgId}.jsonl`);
  const texts = await Promise.all(files.map((name) => readFile(join(directory, name), 'utf8')));
  const lines = texts.flatMap((text) => text.split('\n')).filter((line) => line !== '');
  const found = lines.map((line) => signedCheckpoint(line, { orgId, key }));
  return found.toSorted((a, b) => a.seq - b.seq);
}

/** The chains that a directory has checkpoints of. */
export const chainsSigned = async (directory: string): Promise<string[]> =>
  (await readdir(directory)).flatMap((name) => (name.endsWith('.json') ? [name.slice(0, -'.json'.length)] : []));

function signedCheckpoint(line: string, { orgId, key }: { orgId: string; key: KeyObject }): Checkpoint {
  const checkpoint = Checkpoint.safeParse(parsed(line)).data;
  const genuine =
    checkpoint?.orgId === orgId &&
    verify(null, signedText(checkpoint), key, Buffer.from(checkpoint.signature, 'base64'));
  if (!checkpoint || !genuine) throw new Error(`A checkpoint of the audit trail of ${orgId} is not what was signed.`);
  return checkpoint;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** The key that checkpoints of a directory are verified with. @throws where there is none. */
export async function checkpointKey(directory: string): Promise<KeyObject> {
  return createPublicKey(await readFile(join(directory, keyFile), 'utf8'));
}

const keyFile = 'signing-key.pem';

async function signingKey(directory: string): Promise<KeyObject> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const pem = await kept(join(directory, keyFile), () =>
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  );
  return createPrivateKey(pem);
}

const signedText = ({ orgId, seq, hash, at }: Omit<Checkpoint, 'signature'>): Buffer =>
  Buffer.from(JSON.stringify(['cobench audit checkpoint', orgId, seq, hash, at]));

/** The file holds the old text or the new one, whenever the machine stops. */
async function replace(path: string, text: string): Promise<void> {
  // Processes that share the directory do not write into each other's drafts.
  const draft = `${path}.${randomBytes(6).toString('hex')}.draft`;
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}
