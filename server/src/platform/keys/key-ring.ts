import { createHash, hkdfSync } from 'node:crypto';

/** A master key. Its name (12 hexadecimal digits) is derived from it and tells nothing of it; what is sealed carries the name. */
export type MasterKey = { name: string; secret: Uint8Array };

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
export function keyRing([current, ...previous]: readonly [string, ...string[]]): KeyRing {
  const keys = [masterKey(current), ...previous.map(masterKey)];
  const byName = new Map(keys.map((key) => [key.name, key]));
  return {
    current: masterKey(current),
    names: [...byName.keys()],
    find: (name) => byName.get(name) ?? null,
  };
}

/** Twelve hexadecimal digits by which a master key is known. */
const nameBytes = 6;

function masterKey(hex: string): MasterKey {
  if (!/^[0-9a-f]{64}$/i.test(hex)) throw new TypeError('A master key has 64 hexadecimal digits.');
  const secret = Buffer.from(hex, 'hex');
  const named = Buffer.from(hkdfSync('sha256', secret, 'cobench', 'name', 32));
  return { name: createHash('sha256').update(named).digest().subarray(0, nameBytes).toString('hex'), secret };
}
