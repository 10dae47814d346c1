import { below, nameOf, type FoundFile } from './found-file.ts';
import { UploadItem, type UploadTarget } from './upload-item.svelte.ts';
import type { Held } from './upload-lead.ts';

/** How many were made in this tab: files of one moment stay in their order. */
let made = 0;

/** A file that somebody wants uploaded, as it is shown and as it is kept. */
export function newUpload({ file, folder, handle }: FoundFile, target: UploadTarget): Held {
  const shared = {
    id: anId(),
    name: nameOf(file.name),
    size: file.size,
    target: { ...target, folder: below(target, folder) },
  };
  return {
    file,
    item: new UploadItem(shared),
    record: {
      ...shared,
      order: Date.now() * 1000 + (made++ % 1000),
      modified: file.lastModified,
      sha256: null,
      url: null,
      begun: null,
      paused: false,
      kept: 'name',
      handle: handle ?? null,
    },
  };
}

/** Not secret: only unlike any other. `randomUUID` is not there on pages without https. */
const anId = (): string => Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) => part.toString(36)).join('');
