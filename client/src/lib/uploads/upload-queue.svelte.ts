import { ApiError } from '#lib/api/problem.ts';
import type { CopyOwner } from '#lib/realtime/copy/copies.ts';
import { foundIn, type FoundFile } from './found-file.ts';
import { newUpload } from './new-upload.ts';
import { isOver, UploadItem, type UploadSnapshot, type UploadTarget } from './upload-item.svelte.ts';
import { UploadLead, type Held } from './upload-lead.ts';
import { UploadList } from './upload-list.svelte.ts';
import { realParts, type UploadParts } from './upload-parts.ts';
import type { UploadPlaces } from './upload-places.ts';
import type { UploadRecord } from './upload-records.ts';
import { refusalsOf } from './upload-room.ts';
import type { Tab, TabNews, Wish } from './upload-tabs.ts';
import { underWay, type UploadTotals } from './upload-totals.ts';

/** Milliseconds between two looks at how far everything is. */
const rhythm = 250;
/** How many files travel to another tab in one message. */
const handedAtOnce = 500;

/**
 * The files that the signed-in person is uploading, in whichever of their tabs they were chosen. One tab sends; a reload
 * or a crash goes on by itself. Whoever adds files may wait for `done` of each.
 */
export class UploadQueue {
  readonly #parts: UploadParts;
  readonly #list = new UploadList();
  #owner: CopyOwner | null = null;
  #tab: Tab | null = null;
  #lead: UploadLead | null = null;
  #places: UploadPlaces | null = null;
  /** Files that were added in this tab and are not finished, for whichever tab leads. */
  #held: Record<string, Held & { addedAt: number }> = {};
  #changed: Record<string, true> = {};
  #gone: string[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(parts: UploadParts = realParts()) {
    this.#parts = parts;
  }

  get items(): readonly UploadItem[] {
    return this.#list.items;
  }

  get totals(): UploadTotals {
    return this.#list.totals;
  }

  /** Bytes per second; null while it is not known. */
  get speed(): number | null {
    return this.#list.speed;
  }

  /** Milliseconds until everything has left; null while it is not known. */
  get remaining(): number | null {
    return this.#list.remaining;
  }

  /** Takes up the uploads of this person. Nothing of theirs is sent after the returned end of it was called. */
  keepFor(owner: CopyOwner): () => void {
    if (this.#owner?.personId !== owner.personId || this.#owner.organisationId !== owner.organisationId)
      this.#held = {};
    this.#owner = owner;
    this.#list.show(Object.values(this.#held).map(({ item }) => item));
    const name = `cobench.uploads.${owner.organisationId}.${owner.personId}`;
    this.#places = this.#parts.places(name);
    const tab = this.#parts.join(name, {
      news: (news) => this.#tab === tab && this.#hear(news),
      lead: () => this.#leads(name, owner),
    });
    this.#tab = tab;
    if (this.#lead === null) tab.post({ kind: 'hello' });
    return () => {
      // The next tab begins when everything that is known of the files is on the disk.
      void Promise.resolve(this.#lead?.end()).then(() => tab.close());
      this.#lead = null;
      this.#tab = null;
      for (const { item } of Object.values(this.#held)) if (!isOver(item.now)) item.now = { state: 'waiting' };
      this.#list.clear();
    };
  }

  /** Puts files into the queue. They are shown at once, and sent as soon as the server has room for them. */
  add(files: readonly (File | FoundFile)[], target: UploadTarget): UploadItem[] {
    const held = files.map((file) => this.#hold('file' in file ? file : foundIn(file), target));
    // What went through before is out of the way of what comes now.
    if (underWay(this.totals) === 0) this.clearDone();
    this.#list.show(held.map(({ item }) => item));
    void this.#admit(held);
    return held.map(({ item }) => item);
  }

  pause(items: readonly UploadItem[] = this.items): void {
    this.#wish('pause', items);
  }

  /** Goes on with what is paused, tries again what has failed. */
  resume(items: readonly UploadItem[] = this.items): void {
    this.#wish('resume', items);
  }

  cancel(items: readonly UploadItem[] = this.items): void {
    this.#wish('cancel', items);
  }

  /** Takes what has arrived out of the list. */
  clearDone(): void {
    const done = this.items.filter(({ now }) => now.state === 'done');
    if (done.length > 0) this.#wish('dismiss', done);
  }

  /** Files that were chosen again; answers how many of them were missing. */
  chooseAgain(files: readonly File[]): number {
    return files.filter((file) => this.#lead?.chosen(file)).length;
  }

  /** Asks the browser for files that it may read again once the person says so. While a person presses a button only. */
  async allowAgain(): Promise<void> {
    for (const handle of this.#lead?.handles ?? []) await askFor(handle);
    this.resume(this.items.filter(({ now }) => now.state === 'needs-file' && now.how === 'allow'));
  }

  /** Whether missing files can be chosen in this tab: it is the one that sends. */
  get leads(): boolean {
    return this.#lead !== null;
  }

  has(id: string): boolean {
    return this.#list.find(id) !== undefined;
  }

  /** An upload that an earlier page has begun, as soon as it is known here. */
  shown(id: string): Promise<UploadItem> {
    return this.#list.shown(id);
  }

  /** Where files on their way will stand in documents. There as soon as somebody is signed in. */
  get places(): UploadPlaces {
    if (this.#places === null) throw new Error('The uploads are nobody’s yet.');
    return this.#places;
  }

  #hold(found: FoundFile, target: UploadTarget): Held {
    const held = { ...newUpload(found, target), addedAt: this.#parts.now() };
    this.#held[held.item.id] = held;
    return held;
  }

  /** Hands files to the tab that leads, those first marked that there is no room for. */
  async #admit(held: readonly Held[]): Promise<void> {
    const refusals = await this.#refusals(held);
    held.forEach(({ item }, at) => {
      const words = refusals[at];
      if (words && item.now.state === 'waiting') item.now = { state: 'failed', words };
    });
    this.#hand(held.filter(({ item }) => !isOver(item.now)));
    this.#plan();
  }

  async #refusals(held: readonly Held[]): Promise<readonly (string | null)[]> {
    try {
      return refusalsOf(
        held.map(({ file }) => file.size),
        await this.#parts.usage(),
      );
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // The server judges again when each of them begins.
      return [];
    }
  }

  #hand(held: readonly Held[]): void {
    if (this.#lead) return void this.#lead.take(held);
    for (let at = 0; at < held.length; at += handedAtOnce) {
      const some = held.slice(at, at + handedAtOnce);
      const files = some.map(({ item, record, file }) => ({ record, file, now: item.now }));
      this.#tab?.post({ kind: 'added', files });
    }
  }

  /** Files whose tab is gone may have arrived without anybody hearing of it: that is looked up first. */
  #handOver(): void {
    const held = Object.values(this.#held).filter(({ item }) => !isOver(item.now));
    for (const { record, addedAt } of held) record.begun ??= addedAt;
    this.#hand(held);
  }

  #leads(name: string, { personId }: CopyOwner): void {
    const lead = new UploadLead({
      ...this.#parts,
      personId,
      records: this.#parts.records(name),
      onchange: (item) => this.#noteChange(item),
    });
    this.#lead = lead;
    void lead.resume((record) => this.#itemOf(record));
    this.#handOver();
    this.#tab?.post({ kind: 'leading' });
  }

  #hear(news: TabNews): void {
    if (news.kind === 'news') return this.#learn(news);
    if (news.kind === 'leading') return this.#handOver();
    if (this.#lead === null) return;
    if (news.kind === 'hello') return this.#tell(this.items, { whole: true });
    if (news.kind === 'wish') return this.#grant(news.wish, news.ids);
    const held = news.files.map(({ record, file, now }) => {
      const isNew = this.#list.find(record.id) === undefined;
      const item = this.#itemOf(record);
      if (isNew) item.now = now;
      return { item, record, file };
    });
    void this.#lead.take(held);
  }

  /** The tab that leads tells how things are. */
  #learn({ items, gone, whole }: Extract<TabNews, { kind: 'news' }>): void {
    const fresh: UploadItem[] = [];
    for (const snapshot of items) {
      const item = this.#list.find(snapshot.id) ?? new UploadItem(snapshot);
      item.take(snapshot);
      if (this.#list.find(snapshot.id) === undefined) fresh.push(item);
      this.#release(item);
    }
    this.#list.show(fresh);
    this.#drop(whole ? [...gone, ...this.#unknownIn(items)] : gone);
    this.#plan();
  }

  /** What is shown here and neither known to the leading tab nor on its way to it. */
  #unknownIn(items: readonly UploadSnapshot[]): string[] {
    const known = Object.fromEntries(items.map(({ id }) => [id, true]));
    return this.items.flatMap(({ id }) => (known[id] || this.#held[id] ? [] : [id]));
  }

  #wish(wish: Wish, items: readonly UploadItem[]): void {
    const ids = items.map(({ id }) => id);
    if (this.#lead) this.#grant(wish, ids);
    else this.#tab?.post({ kind: 'wish', wish, ids });
  }

  #grant(wish: Wish, ids: readonly string[]): void {
    const lead = this.#lead;
    if (wish === 'pause') lead?.pause(ids);
    if (wish === 'resume') lead?.resumeAll(ids);
    if (wish === 'cancel') lead?.cancel(ids);
    if (wish !== 'cancel' && wish !== 'dismiss') return;
    const over = ids.filter((id) =>
      wish === 'cancel' ? this.#list.find(id)?.now.state !== 'done' : isDone(this.#list.find(id)),
    );
    for (const id of over) if (wish === 'cancel') this.#giveUp(id);
    this.#gone.push(...over);
    this.#drop(over);
    this.#plan();
  }

  /** Cancelled before the lead had it. */
  #giveUp(id: string): void {
    const item = this.#list.find(id);
    if (item && !isOver(item.now)) item.now = { state: 'cancelled' };
  }

  #itemOf(record: UploadRecord): UploadItem {
    const known = this.#list.find(record.id);
    if (known) return known;
    const item = new UploadItem(record);
    this.#list.show([item]);
    return item;
  }

  #drop(ids: readonly string[]): void {
    if (ids.length === 0) return;
    for (const id of ids) {
      const item = this.#list.find(id);
      if (item && this.#lead === null && !isOver(item.now)) item.now = { state: 'cancelled' };
      delete this.#held[id];
      delete this.#changed[id];
    }
    this.#list.drop(ids);
  }

  #noteChange(item: UploadItem): void {
    this.#release(item);
    this.#changed[item.id] = true;
    this.#plan();
  }

  #release(item: UploadItem): void {
    if (isOver(item.now)) delete this.#held[item.id];
  }

  #plan(): void {
    if (this.#timer === null) this.#timer = setTimeout(() => this.#flush(), rhythm);
  }

  #flush(): void {
    this.#timer = null;
    const changed = Object.keys(this.#changed).flatMap((id) => this.#list.find(id) ?? []);
    this.#changed = {};
    if (this.#lead) this.#tell(changed);
    this.#gone = [];
    this.#list.count();
  }

  #tell(items: readonly UploadItem[], { whole = false } = {}): void {
    if (items.length === 0 && this.#gone.length === 0 && !whole) return;
    const snapshots = items.map((item) => $state.snapshot(item.snapshot));
    this.#tab?.post({ kind: 'news', items: snapshots, gone: this.#gone, whole });
  }
}

const isDone = (item: UploadItem | undefined): boolean => item?.now.state === 'done';

type Asking = { requestPermission?: (of: { mode: 'read' }) => Promise<PermissionState> };
const askFor = (handle: FileSystemFileHandle & Asking) => handle.requestPermission?.({ mode: 'read' });
