import { createHash } from 'node:crypto';
import type { Page } from 'playwright-core';

/** A file whose bytes follow from its number and size, the same in a browser and here. */
export type Dropped = { name: string; size: number; seed: number };

/** Written to run in a page as well: it uses nothing from outside. */
function bytesOf({ size, seed }: { size: number; seed: number }): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let state = seed + 1;
  for (let at = 0; at < size; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[at] = state >>> 16;
  }
  return bytes;
}

export const sumOf = (file: Dropped): string => createHash('sha256').update(bytesOf(file)).digest('hex');

/** Drops files onto the middle of a page, as a hand does: first over it, then let go. */
export async function drop(page: Page, files: readonly Dropped[]): Promise<void> {
  await page.evaluate(`(${dropped.toString()})(${JSON.stringify(files)}, ${bytesOf.toString()})`);
}

/** It runs in the page. */
function dropped(files: readonly Dropped[], make: typeof bytesOf): void {
  const dataTransfer = new DataTransfer();
  for (const file of files) dataTransfer.items.add(new File([make(file)], file.name, { lastModified: 1 }));
  for (const kind of ['dragenter', 'dragover', 'drop'])
    document.body.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
}
