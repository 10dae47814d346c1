import { UnreadableFile } from './hash-worker.ts';
import { isOver, type UploadItem, type UploadState } from './upload-item.svelte.ts';
import type { Keeping, UploadRecord, UploadRecords } from './upload-records.ts';
import { sendJob, type SenderParts } from './upload-sender.ts';
import { UploadRefused } from './upload-trouble.ts';

/** A file in the hands of this tab. */
export type Held = { item: UploadItem; record: UploadRecord; file: File };

export type LeadParts = SenderParts & {
  records: UploadRecords;
  personId: string;
  /** Takes an upload that was begun away from the server, if that can be reached. */
  terminate: (url: string) => Promise<void>;
  /** An item is not as it was. */
  onchange: (item: UploadItem) => void;
};

/** How many files are on their way at once. */
const atOnce = 3;
/** How many files are written to the disk in one go. */
const keptAtOnce = 50;

/** Sends the files of one person: there is one of these in all their tabs. */
export class UploadLead {
  readonly #parts: LeadParts;
  readonly #jobs = new Map<string, { item: UploadItem; record: UploadRecord; file: File | null; chosen: boolean }>();
  readonly #running = new Map<string, AbortController>();
  #waiting: string[] = [];
  /** Writes of the disk, one after the other. */
  #writes: Promise<void> = Promise.resolve();
  #over = false;
  /** What an earlier page has left is taken up: it knows more of a file than whoever has its bytes. */
  readonly #resumed = Promise.withResolvers<void>();

  constructor(parts: LeadParts) {
    this.#parts = parts;
  }

  /** Takes up what an earlier page has left. `itemOf`: as what it is shown. */
  async resume(itemOf: (record: UploadRecord) => UploadItem): Promise<void> {
    const left = await this.#parts.records.all();
    for (const record of left) {
      if (this.#over || this.#jobs.has(record.id)) continue;
      const item = itemOf(record);
      item.kept = record.kept;
      this.#jobs.set(record.id, { item, record, file: null, chosen: false });
      item.now = { state: record.paused ? 'paused' : 'waiting' };
      this.#line(item);
    }
    this.#resumed.resolve();
    this.#pump();
  }

  /** Takes files to send; those that have failed before they began wait until somebody wants them tried. */
  async take(batch: readonly Held[]): Promise<void> {
    await this.#resumed.promise;
    const fresh = batch.filter(({ item, record }) => !this.#jobs.has(record.id) && !isOver(item.now));
    for (const { item, record, file } of batch) {
      const known = this.#jobs.get(record.id);
      if (known) {
        known.file ??= file;
        if (item.now.state !== 'needs-file') continue;
      } else if (isOver(item.now)) {
        continue;
      } else {
        this.#jobs.set(record.id, { item, record, file, chosen: false });
      }
      // Another tab that led until now had begun with it.
      if (!isStill(item.now)) item.now = { state: 'waiting' };
      this.#line(item);
    }
    for (let at = 0; at < fresh.length; at += keptAtOnce) this.#keep(fresh.slice(at, at + keptAtOnce));
    this.#pump();
  }

  pause(ids: readonly string[]): void {
    for (const { item, record } of this.#those(ids)) {
      if (isOver(item.now) || item.now.state === 'failed' || item.now.state === 'needs-file') continue;
      item.now = { state: 'paused' };
      this.#stop(item.id);
      record.paused = true;
      void this.#note(record);
      this.#parts.onchange(item);
    }
  }

  /** Goes on with paused files, and tries failed ones again. */
  resumeAll(ids: readonly string[]): void {
    for (const { item, record } of this.#those(ids)) {
      if (!['paused', 'failed', 'needs-file'].includes(item.now.state)) continue;
      item.now = { state: 'waiting' };
      if (record.paused) {
        record.paused = false;
        void this.#note(record);
      }
      this.#line(item);
    }
    this.#pump();
  }

  cancel(ids: readonly string[]): void {
    const those = this.#those(ids);
    for (const { item, record } of those) {
      if (isOver(item.now)) continue;
      item.now = { state: 'cancelled' };
      this.#stop(item.id);
      this.#jobs.delete(item.id);
      if (record.url !== null) void this.#parts.terminate(record.url);
      this.#parts.onchange(item);
    }
    void this.#write(() => this.#parts.records.forget(those.map(({ item }) => item.id)));
  }

  /** Somebody chose a file again that the browser did not have any more. Answers whether it was one that is missing. */
  chosen(file: File): boolean {
    for (const job of this.#jobs.values()) {
      const { item, record } = job;
      if (item.now.state !== 'needs-file' || record.name !== file.name || record.size !== file.size) continue;
      job.file = file;
      job.chosen = true;
      this.#keep([{ item, record, file }]);
      this.resumeAll([item.id]);
      return true;
    }
    return false;
  }

  /** Ways to files that the browser has to be allowed to use again; to be asked for while a person presses a button. */
  get handles(): FileSystemFileHandle[] {
    return [...this.#jobs.values()].flatMap(({ item, record: { handle } }) =>
      item.now.state === 'needs-file' && item.now.how === 'allow' && handle !== null ? [handle] : [],
    );
  }

  /** Ends all of it here; what is on the disk stays for the next one. Resolves when nothing more is written there. */
  async end(): Promise<void> {
    this.#over = true;
    this.#resumed.resolve();
    for (const giveUp of this.#running.values()) giveUp.abort(new Error('The page is left.'));
    this.#jobs.clear();
    this.#waiting = [];
    await this.#writes;
    this.#parts.records.close();
  }

  #line(item: UploadItem): void {
    if (item.now.state === 'waiting' && !this.#running.has(item.id)) this.#waiting.push(item.id);
    this.#parts.onchange(item);
  }

  #pump(): void {
    while (!this.#over && this.#running.size < atOnce) {
      const id = this.#waiting.shift();
      if (id === undefined) return;
      const job = this.#jobs.get(id);
      if (job?.item.now.state === 'waiting' && !this.#running.has(id)) void this.#run(id);
    }
  }

  async #run(id: string): Promise<void> {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    const { item, record } = job;
    const giveUp = new AbortController();
    this.#running.set(id, giveUp);
    try {
      const file = await this.#fileOf(id);
      giveUp.signal.throwIfAborted();
      const { personId } = this.#parts;
      const onchange = () => this.#parts.onchange(item);
      const onrecord = () => this.#note(record);
      if (job.chosen) await this.#same(item, record, file, giveUp.signal);
      job.chosen = false;
      const fileId = await sendJob(
        { item, record, file, personId, onrecord, onchange, signal: giveUp.signal },
        this.#parts,
      );
      item.sent = item.size;
      item.now = { state: 'done', fileId };
      this.#jobs.delete(id);
      void this.#write(() => this.#parts.records.arrived(id, fileId));
    } catch (error) {
      if (!giveUp.signal.aborted) this.#failed(id, error);
    } finally {
      this.#running.delete(id);
      // Paused and wanted again before it had stopped.
      if (item.now.state === 'waiting') this.#waiting.push(id);
      this.#parts.onchange(item);
      this.#pump();
    }
  }

  #failed(id: string, error: unknown): void {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    if (error instanceof NeedsFile || error instanceof UnreadableFile) {
      job.file = null;
      const how = error instanceof NeedsFile ? error.how : 'choose';
      job.item.now = { state: 'needs-file', how, words: error.message };
    } else if (error instanceof UploadRefused) {
      job.item.sent = 0;
      job.item.now = { state: 'failed', words: error.message };
    } else {
      job.item.now = { state: 'failed', words: 'It stopped for a reason that this page does not know.' };
      reportError(error);
    }
  }

  async #fileOf(id: string): Promise<Blob> {
    const job = this.#jobs.get(id);
    if (job?.file) return job.file;
    const { handle, kept, size, modified } = job?.record ?? {};
    const blob = kept === 'blob' ? await this.#parts.records.blob(id) : null;
    if (blob !== null) return blob;
    if (!handle) throw new NeedsFile('choose', 'Choose it again: this browser does not have it any more.');
    if ((await permission(handle)) !== 'granted')
      throw new NeedsFile('allow', 'The browser has to be allowed to read it again.');
    const file = await handle.getFile().catch((cause: unknown) => {
      throw new UnreadableFile('It is not where it was. Choose it again.', { cause });
    });
    if (file.size === size && file.lastModified === modified) return file;
    throw new NeedsFile('choose', 'It has changed since. Choose the file as it was, or cancel it.');
  }

  async #same(item: UploadItem, record: UploadRecord, file: Blob, signal: AbortSignal): Promise<void> {
    if (record.sha256 === null) return;
    item.now = { state: 'checking' };
    this.#parts.onchange(item);
    const onprogress = (bytes: number) => ((item.checked = bytes), this.#parts.onchange(item));
    if ((await this.#parts.hash(file, { signal, onprogress })) !== record.sha256)
      throw new NeedsFile('choose', 'That is another file than the one that was begun.');
  }

  #stop(id: string): void {
    this.#running.get(id)?.abort(new Error('A person stopped it.'));
  }

  #those(ids: readonly string[]) {
    return ids.flatMap((id) => this.#jobs.get(id) ?? []);
  }

  #keep(batch: readonly Held[]): void {
    void this.#write(async () => {
      const unfinished: Keeping[] = batch.filter(({ record }) => this.#jobs.has(record.id));
      await this.#parts.records.keep(unfinished);
      for (const { item, record } of batch) {
        item.kept = record.kept;
        this.#parts.onchange(item);
      }
    });
  }

  #note(record: UploadRecord): Promise<void> {
    return this.#write(async () => {
      if (this.#jobs.has(record.id)) await this.#parts.records.note(record);
    });
  }

  #write(work: () => Promise<void>): Promise<void> {
    this.#writes = this.#writes.then(work);
    return this.#writes;
  }
}

/** Waits for a person, whichever tab leads. */
const isStill = ({ state }: UploadState): boolean => ['paused', 'failed', 'done', 'cancelled'].includes(state);

class NeedsFile extends Error {
  readonly how: 'allow' | 'choose';

  constructor(how: 'allow' | 'choose', words: string) {
    super(words);
    this.how = how;
  }
}

type Permission = { queryPermission?: (of: { mode: 'read' }) => Promise<PermissionState> };
const permission = async (handle: FileSystemFileHandle & Permission): Promise<PermissionState> =>
  (await handle.queryPermission?.({ mode: 'read' })) ?? 'granted';
