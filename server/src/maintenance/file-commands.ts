import { open, readFile } from 'node:fs/promises';
import { SealedLink } from '@cobench/shared/files/endpoints';
import { Sha256 } from '@cobench/shared/files/file';
import { Id } from '@cobench/shared/ids';
import { z } from 'zod';
import { describedByItself } from '../platform/sealed-files/described-by-itself.ts';
import { openSealed } from '../platform/sealed-files/open-sealed.ts';
import { parsed, type Given } from './given.ts';
import { provenFile } from './proven-file.ts';
import { seedBytes, seedKeyOf } from './seed-format.ts';

const keyBytes = 32;

/** What opens a sealed file: options, or the answer that came with a link to it. */
const Opener = z.object({
  key: z.base64url().refine((text) => Buffer.from(text, 'base64url').length === keyBytes, 'A key has 256 bits.'),
  organisation: Id,
  file: Id,
  version: z.coerce.number().int().min(1),
  sha256: Sha256.optional(),
});

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
    const key = await seedKeyOf(given);
    const file = await open(from);
    try {
      return told(to, await provenFile(to, seedBytes(file, key), undefined));
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

const told = (path: string, { size, sha256 }: { size: number; sha256: string }): string =>
  `${path}: ${size} bytes, SHA-256 ${sha256}`;
