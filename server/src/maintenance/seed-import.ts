import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { FileName } from '@cobench/shared/files/file';
import { NewUpload } from '@cobench/shared/files/upload';
import type { z } from 'zod';
import type { FileServices } from '../file-services.ts';
import type { Trail } from '../features/audit/index.ts';
import type { Identity } from '../features/identity/index.ts';
import type { ProjectService } from '../features/projects/index.ts';
import { Denied, type Actor } from '../platform/access.ts';
import { Fault } from '../platform/fault.ts';
import { SealBroken } from '../platform/sealed-files/seal-broken.ts';
import { parsed, type Given } from './given.ts';
import { seedBytes, seedSize, type SeedKey } from './seed-format.ts';

type Deps = {
  identity: Pick<Identity, 'idsWithEmail' | 'membershipsOf' | 'seatOf'>;
  projects: Pick<ProjectService, 'get'>;
  uploads: Pick<FileServices['uploads'], 'requireUploader' | 'receiveWhole'>;
  trail: Pick<Trail, 'refused'>;
  /** Whoever runs the installation; told in the audit trail as what the person's files came through. */
  by: string;
};
/** Where to, and whose they are from now on. */
type Target = { project: string; as: string };
const Place = NewUpload.pick({ projectId: true, folder: true, tags: true });
type Place = z.infer<typeof Place>;
/** What became of one file, in a line. */
type Said = { line: string; ok: boolean };

/**
 * Brings files of the simple format into the catalogue, as if the person had uploaded what they hold: their rights, limits,
 * malware scanner and audit trail are those of any upload. Nothing of a file is visible, or stays, unless its tag is right.
 */
export function seedImport({ identity, projects, uploads, trail, by }: Deps) {
  async function actorIn(orgId: string, person: { personId: string; name: string }): Promise<Actor | null> {
    const seat = await identity.seatOf(orgId, person.personId);
    return seat && { orgId, ...person, ...seat, via: { kind: 'session', sessionId: `import by ${by}` } };
  }

  /** Whoever has this address where they see the project. @throws where nobody has, and where several have */
  async function personFor({ project: id, as: email }: Target): Promise<Actor> {
    const memberships = (await identity.idsWithEmail(email)).map((personId) => identity.membershipsOf(personId));
    const found: Actor[] = [];
    for (const { orgId, personId, name } of (await Promise.all(memberships)).flat()) {
      const actor = await actorIn(orgId, { personId, name });
      const sees = actor && (await projects.get(actor, { id }).catch(nullWhereMissing));
      if (actor && sees) found.push(actor);
    }
    const [actor, another] = found;
    if (!actor) throw new Error(`There is no project ${id} for ${email}.`);
    if (another) throw new Error(`Several people of the project have the address ${email}.`);
    return actor;
  }

  async function imported(actor: Actor, path: string, { key, place }: { key: SeedKey; place: Place }): Promise<Said> {
    const filename = FileName.safeParse(basename(path).replace(/\.enc$/i, ''));
    if (!filename.success) throw new Fault('input.invalid', { detail: 'No file of the catalogue can have its name.' });
    const asked = { ...place, filename: filename.data };
    const file = await open(path);
    try {
      const most = seedSize((await file.stat()).size);
      const { orgId, personId, name } = actor;
      const { id, latest } = await uploads.receiveWhole(actor, asked, {
        bytes: proven(file, key),
        most,
        stop: () => undefined,
        again: () => actorIn(orgId, { personId, name }),
      });
      return { line: `${path}: file ${id}, ${latest.size} bytes, SHA-256 ${latest.sha256}`, ok: true };
    } finally {
      await file.close();
    }
  }

  return {
    /** A line for each file. @throws where none can be imported, and where the store fails */
    async *import(paths: readonly string[], target: Target, { key, more }: { key: SeedKey; more: Given }) {
      const actor = await personFor(target);
      try {
        await uploads.requireUploader(actor);
      } catch (error) {
        if (error instanceof Denied) trail.refused(actor, error);
        throw error;
      }
      const { folder, tags } = more;
      const listed = typeof tags === 'string' ? tags.split(',') : undefined;
      const place = parsed(Place, { projectId: target.project, folder, tags: listed });
      for (const path of paths) {
        yield await imported(actor, path, { key, place }).catch((error: unknown): Said => {
          return { line: `${path}: ${whyNot(error)}`, ok: false };
        });
      }
    },
  };
}

/** A tag that is not right ends an upload as no connection does that breaks off: nothing of it is kept. */
async function* proven(file: FileHandle, key: SeedKey): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield* seedBytes(file, key);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new Fault('input.malformed', { cause, detail });
  }
}

/** Why a file stays out while the next may still come in. @throws what is not about this file */
function whyNot(error: unknown): string {
  const isOfStore = error instanceof Fault && error.code === 'service.unavailable';
  const isOfFile = error instanceof Error && ('syscall' in error || error instanceof SealBroken);
  if (error instanceof Fault && !isOfStore) return error.detail ?? error.errors?.[0]?.detail ?? error.message;
  if (isOfFile) return error.message;
  throw error;
}

function nullWhereMissing(error: unknown): null {
  if (error instanceof Fault && error.code === 'resource.missing') return null;
  throw error;
}
