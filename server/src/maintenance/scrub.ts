import { createHash } from 'node:crypto';
import type { Clock } from '../platform/clock.ts';
import type { FileKeys } from '../platform/keys/file-keys.ts';
import { KeyMissing } from '../platform/keys/key-ring.ts';
import { openSealed } from '../platform/sealed-files/open-sealed.ts';
import type { StoredFile } from '../platform/sealed-files/stored-file.ts';
import { SealBroken } from '../platform/sealed-files/seal-broken.ts';
import { ObjectMissing, type ObjectStore } from '../platform/storage/object-store.ts';

/** What was stored, with its size and SHA-256 as they were when it came. */
type Kept = { size: number; sha256: string; stored: StoredFile };
type Deps = {
  /** In the order of their ids; those behind one of them. */
  versions: (after: string) => AsyncIterable<Kept>;
  certificates: () => AsyncIterable<Kept>;
  /** Files whose versions are not those that they tell of. */
  lost: () => AsyncIterable<{ fileId: string; wrong: string }>;
  /** Of these keys, those that a version, a certificate or an upload under way refers to. */
  keysOwned: (keys: readonly string[]) => Promise<ReadonlySet<string>>;
  objects: Pick<ObjectStore, 'read' | 'list'>;
  keys: Pick<FileKeys, 'open'>;
  clock: Clock;
};

/**
 * What was looked at; `wrong` says in words what is not in order. A version has its `id`, by which one may go on later;
 * certificates, files that lack a version, and objects that nobody refers to have none.
 */
export type Looked = {
  kind: 'version' | 'certificate' | 'file' | 'orphan';
  id: string;
  name: string;
  wrong: string | null;
};

/** What is younger may belong to an upload that is about to say so. */
const youngMs = 86_400_000;
const atOnce = 200;

/**
 * Reads every version and every certificate back as a download does, and compares what comes with its size and SHA-256;
 * then looks for files that lack a version, and for objects that nobody refers to. Holds a segment in memory.
 * @throws StoreUnavailable: it may go on behind the last id later.
 */
export async function* scrub(
  { versions, certificates, lost, keysOwned, objects, keys, clock }: Deps,
  after = '',
): AsyncGenerator<Looked> {
  for await (const kept of versions(after)) {
    const { id, fileId, version, objectKey } = kept.stored;
    const name = `${fileId} version ${version} (${objectKey})`;
    yield { kind: 'version', id, name, wrong: await wrongWith(kept, { objects, keys }) };
  }
  for await (const kept of certificates()) {
    const { fileId, objectKey } = kept.stored;
    const name = `certificate ${fileId} (${objectKey})`;
    yield { kind: 'certificate', id: '', name, wrong: await wrongWith(kept, { objects, keys }) };
  }
  for await (const { fileId, wrong } of lost()) yield { kind: 'file', id: '', name: fileId, wrong };
  const old = clock().getTime() - youngMs;
  let batch: string[] = [];
  const orphans = async (): Promise<string[]> => {
    const owned = await keysOwned(batch);
    const found = batch.filter((key) => !owned.has(key));
    batch = [];
    return found;
  };
  for await (const { key, modifiedAt } of objects.list('sandbox/')) {
    if (modifiedAt.getTime() < old) batch.push(key);
    if (batch.length >= atOnce) for (const orphan of await orphans()) yield unowned(orphan);
  }
  for (const orphan of await orphans()) yield unowned(orphan);
}

const unowned = (key: string): Looked => ({ kind: 'orphan', id: '', name: key, wrong: 'no file refers to it' });

/** Null where it comes back as it was uploaded. */
async function wrongWith(
  { size, sha256, stored }: Kept,
  { objects, keys }: Pick<Deps, 'objects' | 'keys'>,
): Promise<string | null> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    const key = keys.open(stored);
    for await (const piece of openSealed({ key, stored }, null, (range) => objects.read(stored.objectKey, range))) {
      hash.update(piece);
      bytes += piece.length;
    }
  } catch (error) {
    if (error instanceof ObjectMissing) return 'its object is not there';
    if (error instanceof SealBroken || error instanceof KeyMissing) return error.message;
    throw error;
  }
  if (bytes !== size) return `it has ${bytes} bytes instead of ${size}`;
  return hash.digest('hex') === sha256 ? null : 'it holds something else: its SHA-256 is another';
}
