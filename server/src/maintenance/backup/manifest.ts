import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

export const backupFormat = 'cobench-backup/1';

/** A file of a backup as it was written. */
const Written = z.object({ bytes: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) });
export type Written = z.infer<typeof Written>;

/** What a backup holds. It is written last: a folder without one is no backup. */
export const Manifest = z.object({
  format: z.literal(backupFormat),
  takenAt: z.iso.datetime(),
  /** Names of the master keys that are needed to read it; the keys themselves are not part of it. */
  masterKeys: z.array(z.string()),
  collections: z.array(
    Written.extend({
      name: z.string().regex(/^[\w-]+$/),
      documents: z.int().min(0),
      /** As the database described them. */
      indexes: z.array(z.looseObject({ key: z.record(z.string(), z.unknown()), name: z.string() })),
    }),
  ),
  /** The encrypted objects, and the file that lists them with size and SHA-256. */
  objects: Written.extend({ count: z.int().min(0) }),
});
export type Manifest = z.infer<typeof Manifest>;

/** A line of the list of objects. */
export const ObjectLine = z.object({ key: z.string(), size: z.int().min(0), sha256: z.string() });
export type ObjectLine = z.infer<typeof ObjectLine>;

export const placesIn = (directory: string) => ({
  manifest: join(directory, 'manifest.json'),
  collection: (name: string): string => join(directory, 'metadata', `${name}.bson`),
  objectList: join(directory, 'objects.jsonl'),
  objects: join(directory, 'objects'),
});

/** @throws where the folder holds no backup, or one that another version made. */
export async function readManifest(directory: string): Promise<Manifest> {
  const text = await readFile(placesIn(directory).manifest, 'utf8').catch((cause: unknown) => {
    throw new Error(`${directory} holds no backup that was ended: there is no manifest.json.`, { cause });
  });
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch (cause) {
    throw new Error(`The manifest of ${directory} is damaged.`, { cause });
  }
  const parsed = Manifest.safeParse(read);
  if (!parsed.success) throw new Error(`The manifest of ${directory} is not that of a backup of this kind.`);
  return parsed.data;
}
