import { createDecipheriv, hkdfSync } from 'node:crypto';
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { SealedLink } from '@cobench/shared/files/endpoints';
import { Sha256 } from '@cobench/shared/files/file';
import { Id } from '@cobench/shared/ids';
import { z } from 'zod';
import { describedByItself } from '../platform/sealed-files/described-by-itself.ts';
import { openSealed } from '../platform/sealed-files/open-sealed.ts';
import { SealBroken } from '../platform/sealed-files/seal-broken.ts';
import { provenFile } from './proven-file.ts';

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/** What opens a sealed file: options, or the answer that came with a link to it. */
const Opener = z.object({
  key: z.base64url().refine((text) => Buffer.from(text, 'base64url').length === keyBytes, 'A key has 256 bits.'),
  organisation: Id,
  file: Id,
  version: z.coerce.number().int().min(1),
  sha256: Sha256.optional(),
});
const hexKey = z.string().regex(/^[0-9a-f]{64}$/i, '64 hexadecimal digits are needed.');
/** The key of the person who has the file, or what it is derived of. */
const SeedOpener = z.union([
  z.object({ key: hexKey, aad: z.string().optional() }),
  z.object({
    master: hexKey,
    user: z.string().min(1),
    salt: z.string().default(''),
    info: z.string().default('{user}'),
    aad: z.string().optional(),
  }),
]);

type Given = Readonly<Record<string, string | boolean | undefined>>;

/** Opens files without a server, a database or a store. @throws where anything of a file is not as it was sealed */
export const fileCommands = {
  /** What was downloaded as it is stored, by the key of this one version. */
  async decrypt([from, to]: readonly [string, string], given: Given): Promise<string> {
    const { key, organisation: orgId, file: fileId, version, sha256 } = await openerOf(given);
    const object = await open(from);
    try {
      const stored = { orgId, fileId, version, ...(await describedByItself(object)) };
      const { size } = await object.stat();
      const plain = openSealed({ key: Buffer.from(key, 'base64url'), stored }, null, async (range) => ({
        size,
        body: object.createReadStream({ start: range.from, end: range.to - 1, autoClose: false }),
      }));
      return told(to, await provenFile(to, plain, sha256));
    } finally {
      await object.close();
    }
  },

  /** A file of the simple format: nonce, ciphertext and tag in one piece. */
  async openSeed([from, to]: readonly [string, string], given: Given): Promise<string> {
    const opener = parsed(SeedOpener, given);
    const key = 'key' in opener ? Buffer.from(opener.key, 'hex') : derived(opener);
    const file = await open(from);
    try {
      return told(to, await provenFile(to, seedBytes(file, { key, aad: opener.aad ?? '' }), undefined));
    } finally {
      await file.close();
    }
  },
};

async function openerOf({ link, ...given }: Given): Promise<z.infer<typeof Opener>> {
  if (typeof link !== 'string') return parsed(Opener, given);
  const answer = parsed(SealedLink, JSON.parse(await readFile(link, 'utf8')));
  return parsed(Opener, { ...answer, organisation: answer.organisationId, file: answer.fileId });
}

function parsed<Shape extends z.ZodType>(shape: Shape, given: unknown): z.infer<Shape> {
  const result = shape.safeParse(given);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Error(`${issue?.path.join('.') || 'The key'} is missing or wrong: ${issue?.message}`);
}

function derived({ master, user, salt, info }: { master: string; user: string; salt: string; info: string }): Buffer {
  const about = info.replaceAll('{user}', user);
  return Buffer.from(hkdfSync('sha256', Buffer.from(master, 'hex'), salt, about, keyBytes));
}

/** Not to be believed before the end: only then is the tag compared. */
async function* seedBytes(file: FileHandle, { key, aad }: { key: Buffer; aad: string }): AsyncGenerator<Buffer> {
  const { size } = await file.stat();
  const end = size - tagBytes;
  if (end < nonceBytes) throw new SealBroken('It is too short.');
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

const told = (path: string, { size, sha256 }: { size: number; sha256: string }): string =>
  `${path}: ${size} bytes, SHA-256 ${sha256}`;
