import type { Hash } from 'node:crypto';
import { daysToResume } from '@cobench/shared/files/upload';
import type { Clock } from '../../platform/clock.ts';
import { Fault } from '../../platform/fault.ts';
import { plainPartBytes, withPass } from '../../platform/sealed-files/layout.ts';
import { newSalt, Sealer, type SealedPart } from '../../platform/sealed-files/sealer.ts';
import type { Pass } from '../../platform/sealed-files/stored-file.ts';
import type { ObjectStore, PartsUpload } from '../../platform/storage/object-store.ts';
import type { keptTails } from './kept-tail.ts';
import { mediaTypeOf, tellingBytes } from './media-type.ts';
import { PartLine } from './part-line.ts';
import type { UploadChange, UploadRecord, UploadRepo } from './upload.repo.ts';

export type WriterDeps = {
  repo: Pick<UploadRepo, 'save'>;
  store: ObjectStore;
  tails: ReturnType<typeof keptTails>;
  clock: Clock;
};
type Begin = {
  key: Uint8Array;
  /** The hash of what is durable; null where it is not known here. */
  hash: Hash | null;
  /** Plain bytes behind the durable parts that are durable, too. */
  tail: readonly Uint8Array[];
  /** Asked after each durable part: whether this may still go on. @throws Fault where not */
  mayGoOn: () => Promise<void>;
};

/** All bytes of an upload in one piece, which no part was needed for. */
export type Whole = { bytes: Uint8Array; passes: Pass[]; size: number; sha256: string; mediaType: string };

const hourMs = 3_600_000;

/** When an upload that was gone on with now is given up. Nobody comes back to a form that broke off. */
export const expiryAfter = (now: Date, way: UploadRecord['way']): Date =>
  new Date(now.getTime() + (way === 'form' ? 1 : 24 * daysToResume) * hourMs);

/** What a writer meets when a newer one goes on with its upload, or when it was taken away. */
export const overtaken = (): Fault =>
  new Fault('state.conflict', { detail: 'Another connection goes on with this upload, or it was given up.' });

/**
 * One pass over an upload: seals bytes as they come, stores the parts that they fill, and notes each as soon as it is
 * durable. The upload must have been taken: a newer writer takes it away from this one.
 */
export class SealedWriter {
  readonly #upload: UploadRecord;
  readonly #deps: WriterDeps;
  readonly #begin: Begin;
  readonly #sealer: Sealer;
  readonly #passes: Pass[];
  readonly #line: PartLine;
  readonly #first: Uint8Array[] = [];
  #firstBytes = 0;
  #receipts: string[];
  #parts: PartsUpload | null;
  #oldTail: string | null;
  #mediaType: string | null;
  /** Plain bytes that came, those before this pass included. */
  received: number;
  readonly hash: Hash | null;

  constructor(upload: UploadRecord, begin: Begin, deps: WriterDeps) {
    [this.#upload, this.#begin, this.#deps] = [upload, begin, deps];
    const pass = { fromPart: upload.receipts.length, salt: newSalt() };
    this.#sealer = new Sealer({ key: begin.key, identity: upload, ...pass });
    this.#passes = withPass(upload.passes, pass);
    this.#receipts = [...upload.receipts];
    // Parts that another writer began and noted none of are left alone: it may still be writing there.
    const token = upload.receipts.length > 0 ? upload.token : null;
    this.#parts = token === null ? null : { key: upload.objectKey, token };
    this.#oldTail = upload.tail?.key ?? null;
    this.#mediaType = upload.mediaType;
    this.#line = new PartLine({
      put: (part) => this.#put(part),
      record: (part, receipt) => this.#record(part, receipt),
    });
    this.hash = begin.hash;
    this.received = upload.receipts.length * plainPartBytes;
    // They fill no part, or they would be one.
    for (const bytes of begin.tail) this.#take(bytes);
  }

  /** Resolves when more may come. @throws what keeps an earlier part from becoming durable */
  async write(chunk: Uint8Array): Promise<void> {
    this.hash?.update(chunk);
    for (const part of this.#take(chunk)) await this.#addPart(part);
  }

  /**
   * The end of all bytes: what came in one piece, to be stored by who asks; or null, and all parts are durable and noted.
   */
  async finish(): Promise<Whole | null> {
    const last = this.#sealer.finish();
    const sha256 = this.hash?.digest('hex') ?? null;
    const mediaType = await this.#typeOfIt();
    if (last.index === 0) {
      if (sha256 === null) throw new Error('What came in one piece was not hashed.');
      return { bytes: last.bytes, passes: this.#passes, size: this.received, sha256, mediaType };
    }
    await this.#line.settled();
    const receipt = await this.#put(last);
    this.#receipts = [...this.#receipts, receipt];
    await this.#save({
      state: 'sealed',
      computed: sha256,
      received: this.received,
      offset: this.#durable(),
      mediaType,
    });
    return null;
  }

  /** What came and is in no part yet is kept durably; answers how many bytes are. */
  async keep(): Promise<number> {
    await this.#line.settled();
    const { key } = this.#begin;
    const before = this.#oldTail;
    const tail = await this.#deps.tails.keep(this.#sealer, this.#upload, key);
    if (tail) await this.#save({ tail, offset: this.received });
    if (tail && before !== null) await this.#dropped(before);
    return this.#durable(tail !== null);
  }

  /** Resolves when nothing of it is on its way into the store any more, whatever became of it. */
  async stopped(): Promise<void> {
    await this.#line.settled().catch(() => undefined);
  }

  #take(chunk: Uint8Array): SealedPart[] {
    this.received += chunk.length;
    if (this.#mediaType === null && this.#firstBytes < tellingBytes) {
      this.#first.push(Buffer.from(chunk.subarray(0, tellingBytes - this.#firstBytes)));
      this.#firstBytes += chunk.length;
    }
    return this.#sealer.push(chunk);
  }

  async #addPart(part: SealedPart): Promise<void> {
    if (this.#parts === null) {
      const parts = await this.#deps.store.startParts(this.#upload.objectKey);
      const noted = await this.#deps.repo.save(this.#upload, { token: parts.token });
      if (!noted) {
        await this.#deps.store.abandonParts(parts);
        throw overtaken();
      }
      this.#parts = parts;
    }
    this.#mediaType ??= await this.#typeOfIt();
    await this.#line.add(part);
  }

  async #put(part: SealedPart): Promise<string> {
    if (!this.#parts) throw new Error('No parts were begun.');
    const receipt = await this.#deps.store.putPart(this.#parts, part);
    this.#sealer.reuse(part);
    return receipt;
  }

  async #record(_part: SealedPart, receipt: string): Promise<void> {
    this.#receipts = [...this.#receipts, receipt];
    const mediaType = this.#mediaType;
    await this.#save({ tail: null, offset: this.#durable(), ...(mediaType !== null && { mediaType }) });
    const tail = this.#oldTail;
    this.#oldTail = null;
    if (tail !== null) await this.#dropped(tail);
    await this.#begin.mayGoOn();
  }

  /** @throws Fault where this is not the newest writer any more */
  async #save(change: UploadChange): Promise<void> {
    const { repo, clock } = this.#deps;
    const progress = {
      receipts: this.#receipts,
      passes: this.#passes,
      expiresAt: expiryAfter(clock(), this.#upload.way),
    };
    if (!(await repo.save(this.#upload, { ...progress, ...change }))) throw overtaken();
  }

  /** Nothing names it any more; where it cannot be removed now, the sweep does that. */
  async #dropped(tail: string): Promise<void> {
    await this.#deps.store.remove(tail).catch(() => undefined);
  }

  async #typeOfIt(): Promise<string> {
    return this.#mediaType ?? mediaTypeOf(Buffer.concat(this.#first), this.#upload.filename);
  }

  #durable(withTail = false): number {
    if (withTail) return this.received;
    return Math.min(this.received, this.#receipts.length * plainPartBytes);
  }
}
