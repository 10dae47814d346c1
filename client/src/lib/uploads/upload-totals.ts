import type { UploadItem } from './upload-item.svelte.ts';

/** All files of the queue in a few numbers. */
export type UploadTotals = {
  files: number;
  done: number;
  failed: number;
  needsFile: number;
  paused: number;
  interrupted: number;
  /** Being checked or sent now. */
  active: number;
  waiting: number;
  bytes: number;
  sent: number;
  /** Unfinished ones that the next page load would not find. */
  atRisk: number;
};

export function totalsOf(items: readonly UploadItem[]): UploadTotals {
  const totals: UploadTotals = {
    files: 0,
    done: 0,
    failed: 0,
    needsFile: 0,
    paused: 0,
    interrupted: 0,
    active: 0,
    waiting: 0,
    bytes: 0,
    sent: 0,
    atRisk: 0,
  };
  for (const { now, size, sent, kept } of items) {
    if (now.state === 'cancelled') continue;
    totals.files++;
    totals.bytes += size;
    totals.sent += now.state === 'done' ? size : sent;
    totals[slotOf[now.state]]++;
    if (kept === 'name' && now.state !== 'done' && now.state !== 'needs-file') totals.atRisk++;
  }
  return totals;
}

const slotOf = {
  waiting: 'waiting',
  checking: 'active',
  sending: 'active',
  interrupted: 'interrupted',
  paused: 'paused',
  'needs-file': 'needsFile',
  failed: 'failed',
  done: 'done',
} as const;

/** Files that still go on, by themselves or when the connection is back. */
export const underWay = ({ active, waiting, interrupted }: UploadTotals): number => active + waiting + interrupted;

/** Milliseconds over which a speed is measured. */
const span = 8000;

/** Bytes per second, lately. */
export class Speed {
  #samples: { at: number; bytes: number }[] = [];

  /** Notes how many bytes have left by now; answers the speed, null while it is not known. */
  note(bytes: number, at: number): number | null {
    // Files that were taken out of the queue take their bytes with them.
    if (bytes < (this.#samples.at(-1)?.bytes ?? 0)) this.#samples = [];
    this.#samples = [...this.#samples.filter((sample) => at - sample.at <= span), { at, bytes }];
    const [first] = this.#samples;
    if (first === undefined || at - first.at < 1000) return null;
    return ((bytes - first.bytes) / (at - first.at)) * 1000;
  }

  forget(): void {
    this.#samples = [];
  }
}
