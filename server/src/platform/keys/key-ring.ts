import { createHash, createSecretKey, hkdfSync, randomBytes, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { kept } from '../kept-file.ts';

/**
 * A master key. Its name (12 hexadecimal digits) is derived from it and tells nothing of it; what is sealed carries the
 * name. The secret is an object that no log can print.
 */
export type MasterKey = { name: string; secret: KeyObject };

/** The master keys of an installation: what is sealed now is sealed under `current`; older ones open what they sealed. */
export type KeyRing = { current: MasterKey; names: readonly string[]; find(name: string): MasterKey | null };

/** It was sealed under a master key that is not in the ring. */
export class KeyMissing extends Error {
  override readonly name = 'KeyMissing';
  constructor(keyName: string) {
    super(`The master key ${keyName} is needed and is not in the ring.`);
  }
}

/** `keys`: 64 hexadecimal digits each, the current one first. */
export function keyRing(keys: readonly [string, ...string[]]): KeyRing {
  const [current, ...previous] = keys;
  const first = masterKey(current);
  const byName = new Map([first, ...previous.map(masterKey)].map((key) => [key.name, key]));
  return { current: first, names: [...byName.keys()], find: (name) => byName.get(name) ?? null };
}

/** The ring that is configured; where no key is, the current one is made once and kept in the data directory. */
export async function openKeyRing(config: {
  masterKey: string | undefined;
  previousMasterKeys: readonly string[];
  dataDir: string;
}): Promise<KeyRing> {
  return keyRing([config.masterKey ?? (await keptMasterKey(config.dataDir)), ...config.previousMasterKeys]);
}

async function keptMasterKey(dataDir: string): Promise<string> {
  const path = join(dataDir, 'master-key');
  const key = await kept(path, () => randomBytes(32).toString('hex'));
  if (!/^[0-9a-f]{64}$/.test(key)) throw new Error(`${path} holds no master key.`);
  return key;
}

const nameBytes = 6;

function masterKey(hex: string): MasterKey {
  if (!/^[0-9a-f]{64}$/i.test(hex)) throw new TypeError('A master key has 64 hexadecimal digits.');
  const secret = createSecretKey(hex, 'hex');
  const named = Buffer.from(hkdfSync('sha256', secret, 'cobench', 'name', 32));
  return { name: createHash('sha256').update(named).digest().subarray(0, nameBytes).toString('hex'), secret };
}
