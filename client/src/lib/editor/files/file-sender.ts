import type { UploadItem, UploadTarget } from '#lib/uploads/upload-item.svelte.ts';
import type { UploadQueue } from '#lib/uploads/upload-queue.svelte.ts';

/** A file on its way to the server. */
export type SentFile = {
  /** What the queue of uploads says of it; reactive. */
  readonly item: Pick<UploadItem, 'now' | 'sent' | 'size' | 'done'>;
  again: () => void;
  giveUp: () => void;
};

/** Takes a file that is put into a text. Whoever shows the document says where its files go. */
export type FileSender = (file: File) => SentFile | null;

/** Sends files by the queue of uploads, which goes on by itself after a cut, a reload and on other pages. */
export const senderTo =
  (uploads: Pick<UploadQueue, 'add' | 'resume' | 'cancel'>, target: UploadTarget): FileSender =>
  (file) => {
    const [item] = uploads.add([file], target);
    return item ? { item, again: () => uploads.resume([item]), giveUp: () => uploads.cancel([item]) } : null;
  };
