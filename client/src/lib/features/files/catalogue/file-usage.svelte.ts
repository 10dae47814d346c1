import { fileEndpoints } from '@cobench/shared/files/endpoints';
import type { FileUsage } from '@cobench/shared/files/upload';
import { call } from '#lib/api/call.ts';
import { Submission } from '#lib/api/submission.svelte.ts';
import type { Live } from '#lib/realtime/live.svelte.ts';

const pause = 1500;

/** What is kept and what may be, live. */
export class FileUsageNow {
  now = $state.raw<FileUsage | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  async load(): Promise<void> {
    // It is an ornament: where it cannot be read, it is not there.
    const usage = await new Submission().send(() => call(fileEndpoints.usage, {}));
    this.now = usage ?? this.now;
  }

  /** Returns its clean-up. */
  follow(live: Pick<Live, 'on'>): () => void {
    const soon = () => {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        void this.load();
      }, pause);
    };
    const offs = [live.on('file.changed', soon), live.on('file.purged', soon), () => clearTimeout(this.#timer)];
    return () => offs.forEach((off) => off());
  }
}
