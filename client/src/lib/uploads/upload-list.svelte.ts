import type { UploadItem } from './upload-item.svelte.ts';
import { Speed, totalsOf } from './upload-totals.ts';

/** The uploads that a tab shows, and all of them in a few numbers. */
export class UploadList {
  items = $state.raw<readonly UploadItem[]>([]);
  totals = $state.raw(totalsOf([]));
  /** Bytes per second; null while it is not known. */
  speed = $state<number | null>(null);
  /** Milliseconds until everything has left; null while it is not known. */
  readonly remaining = $derived.by(() =>
    this.speed === null || this.speed < 1 ? null : ((this.totals.bytes - this.totals.sent) / this.speed) * 1000,
  );
  readonly #speed = new Speed();
  #byId: Record<string, UploadItem> = {};
  /** Who waits for an upload to be shown. */
  #awaited: Record<string, PromiseWithResolvers<UploadItem>> = {};

  find(id: string): UploadItem | undefined {
    return this.#byId[id];
  }

  /** An upload that an earlier page has begun, as soon as it is known here. */
  shown(id: string): Promise<UploadItem> {
    const known = this.#byId[id];
    if (known) return Promise.resolve(known);
    return (this.#awaited[id] ??= Promise.withResolvers()).promise;
  }

  show(items: readonly UploadItem[]): void {
    const fresh = items.filter(({ id }) => this.#byId[id] === undefined);
    if (fresh.length === 0) return;
    for (const item of fresh) {
      this.#byId[item.id] = item;
      this.#awaited[item.id]?.resolve(item);
      delete this.#awaited[item.id];
    }
    this.items = [...this.items, ...fresh];
    this.count();
  }

  drop(ids: readonly string[]): void {
    for (const id of ids) delete this.#byId[id];
    this.items = this.items.filter(({ id }) => this.#byId[id] !== undefined);
    this.#speed.forget();
    this.count();
  }

  clear(): void {
    this.#byId = {};
    this.items = [];
    this.count();
  }

  /** Looks how far everything is. */
  count(): void {
    this.totals = totalsOf(this.items);
    const isMoving = this.totals.active > 0;
    if (!isMoving) this.#speed.forget();
    this.speed = isMoving ? this.#speed.note(this.totals.sent, performance.now()) : null;
  }
}
