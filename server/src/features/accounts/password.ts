import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/** Argon2id with 19 MiB, two passes and one lane: the first choice of OWASP's Password Storage Cheat Sheet. */
const cost = { memory: 19_456, passes: 2, parallelism: 1 };
const [saltBytes, tagBytes] = [16, 32];
const phc = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d)\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

const derive = promisify(argon2);

/** The hash of a password as a PHC string, which says how it was made. Off the main thread, some 50 ms. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const tag = await derive('argon2id', { ...cost, message: password, nonce: salt, tagLength: tagBytes });
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${base64(salt)}$${base64(tag)}`;
}

/**
 * Whether a password has this hash. Without a hash the answer is no, and takes as long.
 * @throws where the hash is none of ours.
 */
export async function isPassword(password: string, hash: string | null): Promise<boolean> {
  const parts = phc.exec(hash ?? nobodys);
  if (!parts) throw new Error('A stored password hash is damaged.');
  const [memory = 0, passes = 0, parallelism = 0] = parts.slice(1, 4).map(Number);
  const [salt, expected] = [Buffer.from(parts[4] ?? '', 'base64'), Buffer.from(parts[5] ?? '', 'base64')];
  const settings = { memory, passes, parallelism, message: password, nonce: salt, tagLength: expected.length };
  const tag = await derive('argon2id', settings);
  return timingSafeEqual(tag, expected) && hash !== null;
}

const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');

/** No password has it: it was not made of one. */
const nobodys = `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${'A'.repeat(22)}$${'A'.repeat(43)}`;
