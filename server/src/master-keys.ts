import type { Connection } from 'mongoose';
import { ConfigError, type Config } from './config.ts';
import type { Clock } from './platform/clock.ts';
import { openKeyRing, type KeyRing } from './platform/keys/key-ring.ts';
import { missingKey, mongoKeysInUse } from './platform/keys/keys-in-use.mongo.ts';

/**
 * The master keys of this installation, the current one noted in the store as in use from now on.
 * @throws ConfigError where something in the store may be sealed under a master key that is not among them.
 */
export async function openMasterKeys(
  config: Config,
  { connection, clock }: { connection: Connection; clock: Clock },
): Promise<KeyRing> {
  const keysInUse = mongoKeysInUse(connection);
  const ring = await openKeyRing(config);
  const missing = missingKey(ring, await keysInUse.list());
  if (missing !== null) {
    throw new ConfigError(
      `The store holds what was sealed under master key ${missing}, which is neither MASTER_KEY nor in MASTER_KEY_PREVIOUS.`,
    );
  }
  await keysInUse.note(ring.current.name, clock());
  return ring;
}
