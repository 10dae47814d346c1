import { createDecipheriv, hkdfSync } from 'node:crypto';
import { readFile, type FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import { SealBroken } from '../platform/sealed-files/seal-broken.ts';
import { parsed, type Given } from './given.ts';

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

const hexKey = z.string().regex(/^[0-9a-f]{64}$/i, '64 hexadecimal digits are needed.');
/** The key of the person who has the file, or what it is derived of. */
const SeedOpener = z.union([
  z.object({ key: hexKey, aad: z.string().default('') }),
  z.object({
    master: hexKey,
    user: z.string().min(1),
    salt: z.string().default(''),
    info: z.string().default('{user}'),
    aad: z.string().default(''),
  }),
]);
export type SeedKey = { key: Buffer; aad: string };

/**
 * What opens files of the simple format, by options: `key` or `master` as they are, or in a file or a variable of the
 * environment, where no list of processes shows them. @throws where there is none, or more than one
 */
export async function seedKeyOf(given: Given, env: NodeJS.ProcessEnv = process.env): Promise<SeedKey> {
  const ways = ['key', 'master'].flatMap((name) =>
    [name, `${name}-file`, `${name}-env`].map((option) => ({ name, option, value: given[option] })),
  );
  const [way, another] = ways.filter(({ value }) => typeof value === 'string');
  if (another) throw new Error('One key is needed, and there are several.');
  const { key: _key, master: _master, ...rest } = given;
  const opener = parsed(SeedOpener, { ...rest, ...(way && { [way.name]: await hexBy(way, env) }) });
  const key = 'key' in opener ? Buffer.from(opener.key, 'hex') : derived(opener);
  return { key, aad: opener.aad };
}

async function hexBy(
  { option, value }: { option: string; value: string | boolean | undefined },
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const text = String(value);
  if (option.endsWith('-file')) return (await readFile(text, 'utf8')).trim();
  if (!option.endsWith('-env')) return text;
  const found = env[text];
  if (found === undefined) throw new Error(`The environment has no ${text}.`);
  return found.trim();
}

function derived({ master, user, salt, info }: { master: string; user: string; salt: string; info: string }): Buffer {
  const about = info.replaceAll('{user}', user);
  return Buffer.from(hkdfSync('sha256', Buffer.from(master, 'hex'), salt, about, keyBytes));
}

/** How many bytes a file of the simple format holds, by its own size. @throws SealBroken where it is too short */
export function seedSize(size: number): number {
  if (size < nonceBytes + tagBytes) throw new SealBroken('It is too short.');
  return size - nonceBytes - tagBytes;
}

/** What it holds, not to be believed before the end: only then is the tag compared. @throws SealBroken */
export async function* seedBytes(file: FileHandle, { key, aad }: SeedKey): AsyncGenerator<Buffer, void, undefined> {
  const { size } = await file.stat();
  const end = nonceBytes + seedSize(size);
  const [nonce, tag] = [Buffer.alloc(nonceBytes), Buffer.alloc(tagBytes)];
  await file.read(nonce, 0, nonceBytes, 0);
  await file.read(tag, 0, tagBytes, end);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(aad)).setAuthTag(tag);
  if (end > nonceBytes) {
    const body = file.createReadStream({ start: nonceBytes, end: end - 1, autoClose: false });
    for await (const chunk of body) yield decipher.update(chunk as Buffer);
  }
  try {
    decipher.final();
  } catch (cause) {
    throw new SealBroken('It was changed, or sealed under another key or for another purpose.', { cause });
  }
}
