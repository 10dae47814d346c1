import type { DataFile } from '@cobench/shared/files/file';
import { mayDo, type Actor } from '../../platform/access.ts';
import { Fault } from '../../platform/fault.ts';
import type { FileKeys } from '../../platform/keys/file-keys.ts';
import { StoreUnavailable } from '../../platform/storage/object-store.ts';
import { overtaken, SealedWriter, type WriterDeps } from './sealed-writer.ts';
import type { uploadConclusion } from './upload-conclusion.ts';
import type { UploadDigests } from './upload-digests.ts';
import type { UploadRemoval } from './upload-removal.ts';
import type { UploadRecord, UploadRepo } from './upload.repo.ts';
import type { UsageService } from './usage.service.ts';
import { WriterSlots } from './writer-slots.ts';

/** Bytes as somebody sends them, only as fast as they are taken. */
export type Source = {
  bytes: AsyncIterable<Uint8Array>;
  /** Lets go of the sender: `bytes` ends with a failure. */
  stop: () => void;
  /** Who sends, by their rights of now; null where they may nothing any more. */
  again: () => Promise<Actor | null>;
};

type Deps = Omit<WriterDeps, 'repo'> & {
  repo: UploadRepo;
  keys: FileKeys;
  usage: UsageService;
  digests: UploadDigests;
  conclusion: ReturnType<typeof uploadConclusion>;
  removal: Pick<UploadRemoval, 'unlessLost'>;
};
/** What of the upload is durable, and what became of it where it has ended. */
export type Outcome = { offset: number; file: DataFile | null };

/** Whose rights were asked, and when (milliseconds of this process). */
type Asked = { actor: Actor; at: number };

/** What came whole within this time (milliseconds) after the rights were asked is like any other request. */
const atOnce = 1000;
/** Each has up to three parts of 8 MiB in memory. */
const mostWriters = 16;

/** Takes what senders send, one writer for an upload at a time: the newest, for the others' connections are dead. */
export function uploadReceiver({ repo, keys, usage, digests, conclusion, removal, ...deps }: Deps) {
  const slots = new WriterSlots(mostWriters);
  const writing = new Map<string, { stop: () => void; ended: Promise<unknown> }>();

  async function quiet(id: string): Promise<void> {
    for (let one = writing.get(id); one; one = writing.get(id)) {
      one.stop();
      await one.ended;
    }
  }

  /** @throws Fault where they may not go on, or where a limit was lowered */
  async function requireStillAllowed({ orgId, ownerId: personId, projectId }: UploadRecord, { again }: Source) {
    const actor = await again();
    if (!actor || actor.orgId !== orgId || actor.personId !== personId || actor.hidden.has(projectId)) {
      throw new Fault('resource.missing');
    }
    if (!mayDo(actor, 'file.upload')) throw new Fault('access.denied');
    await usage.requireStillWithin({ orgId, personId });
    return actor;
  }

  async function pass(seen: UploadRecord, source: Source & { offset: number }): Promise<Outcome> {
    const upload = await repo.take(seen.orgId, seen.id);
    if (!upload || upload.state !== 'open') throw overtaken();
    if (upload.offset !== source.offset) throw elsewhere(upload.offset);
    await requireStillAllowed(upload, source);
    return passOf(upload, source);
  }

  /** The upload was taken, and may be gone on with. */
  const passOf = (upload: UploadRecord, source: Source, asked?: Asked): Promise<Outcome> =>
    removal.unlessLost(upload, () => taken(upload, source, asked));

  async function taken(upload: UploadRecord, source: Source, asked?: Asked): Promise<Outcome> {
    const key = keys.open(upload);
    const tail = await deps.tails.open(upload, key);
    const begin = { key, tail, hash: digests.take(upload, tail) };
    const mayGoOn = async (): Promise<void> => void (await requireStillAllowed(upload, source));
    const writer = new SealedWriter(upload, { ...begin, mayGoOn }, { ...deps, repo });
    try {
      return await written(writer, upload, { source, asked });
    } catch (error) {
      await writer.stopped();
      throw error;
    }
  }

  async function written(
    writer: SealedWriter,
    upload: UploadRecord,
    { source, asked }: { source: Source; asked: Asked | undefined },
  ): Promise<Outcome> {
    const brokeOff = await poured(writer, source, upload);
    const isAll = !brokeOff && (writer.received === upload.size || upload.way === 'form');
    if (!isAll) {
      const offset = await writer.keep();
      if (writer.hash && offset === writer.received) digests.keep(upload, writer.hash, offset);
      if (brokeOff) throw new Fault('input.malformed', { cause: brokeOff.cause, detail: 'The connection broke off.' });
      return { offset, file: null };
    }
    const isFresh = asked && performance.now() - asked.at < atOnce;
    const actor = isFresh ? asked.actor : await requireStillAllowed(upload, source);
    const whole = await writer.finish();
    if (whole) return { offset: writer.received, file: await conclusion.ofWhole(actor, upload, whole) };
    const sealed = await repo.find(upload.orgId, upload.id);
    if (sealed?.state !== 'sealed' || sealed.writer !== upload.writer) throw overtaken();
    return { offset: writer.received, file: await conclusion.ofParts(actor, sealed) };
  }

  return {
    /** Stops whoever sends to this upload here; resolves when nothing is written any more. */
    quiet,

    /**
     * From `offset` on, which must be where the upload goes on. What came before a connection broke is kept.
     * @throws Fault `state.conflict`, `input.too-large`, `quota.exceeded`, `service.unavailable` where the store fails
     */
    async receive(seen: UploadRecord, source: Source & { offset: number }): Promise<Outcome> {
      while (writing.has(seen.id)) await quiet(seen.id);
      return alone(seen, source, () => pass(seen, source));
    },

    /** The first bytes of what the same request has begun: whoever begins an upload has taken it, and was asked just now. */
    receiveFirst(begun: UploadRecord, source: Source, actor: Actor): Promise<Outcome> {
      const asked = { actor, at: performance.now() };
      return alone(begun, source, () => passOf(begun, source, asked));
    },
  };

  async function alone(seen: UploadRecord, source: Source, passing: () => Promise<Outcome>): Promise<Outcome> {
    const stopped = new AbortController();
    const work = (async () => {
      const leave = await slots.enter(seen.ownerId, stopped.signal);
      try {
        return await passing();
      } catch (cause) {
        if (!(cause instanceof StoreUnavailable)) throw cause;
        throw new Fault('service.unavailable', { cause, detail: 'The files cannot be stored now. Try again later.' });
      } finally {
        leave();
      }
    })();
    const stop = (): void => {
      stopped.abort(overtaken());
      source.stop();
    };
    const mine = { stop, ended: work.catch(() => undefined) };
    writing.set(seen.id, mine);
    try {
      return await work;
    } finally {
      if (writing.get(seen.id) === mine) writing.delete(seen.id);
    }
  }
}

/** Everything that comes goes to the writer. Answers why it ended early; null where it came to its end. */
async function poured(
  writer: SealedWriter,
  { bytes }: Source,
  { size }: UploadRecord,
): Promise<{ cause: unknown } | null> {
  const chunks = bytes[Symbol.asyncIterator]();
  try {
    for (;;) {
      let next: IteratorResult<Uint8Array>;
      try {
        next = await chunks.next();
      } catch (cause) {
        if (cause instanceof Fault) throw cause;
        return { cause };
      }
      if (next.done) return null;
      if (writer.received + next.value.length > size) {
        throw new Fault('input.too-large', { detail: `It was to have ${size} bytes, and more came.` });
      }
      await writer.write(next.value);
    }
  } finally {
    // Whoever answers may read the rest and throw it away.
    await chunks.return?.();
  }
}

/** Bytes were sent from another place than where the upload goes on. */
export const elsewhere = (offset: number): Fault =>
  new Fault('state.conflict', { detail: `The upload goes on at byte ${offset}.` });
