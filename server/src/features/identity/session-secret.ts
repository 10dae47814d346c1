import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { kept } from '../../platform/kept-file.ts';

/**
 * The secret that signs session cookies where none is configured: made once, kept in the data directory.
 * @throws where the file exists but is no secret.
 */
export async function keptSessionSecret(dataDir: string): Promise<string> {
  const path = join(dataDir, 'session-secret');
  const secret = await kept(path, () => randomBytes(48).toString('base64url'));
  if (secret.length < 32) throw new Error(`${path} holds no session secret; remove it to get a new one.`);
  return secret;
}
