import type { Attachment } from '@cobench/shared/files/file';
import type { Toasts } from '#lib/ui/toasts.svelte.ts';
import type { UploadItem, UploadTarget } from '#lib/uploads/upload-item.svelte.ts';
import type { HeldPlace, LeftPlace, UploadPlace } from '#lib/uploads/upload-places.ts';
import type { UploadQueue } from '#lib/uploads/upload-queue.svelte.ts';

/** What stands in the text until the file does. */
export type KeptPlace = Pick<UploadPlace, 'name' | 'form' | 'at'>;

/** A file on its way to the server. */
export type SentFile = {
  /** What the queue of uploads says of it; reactive. */
  readonly item: Pick<UploadItem, 'now' | 'sent' | 'size' | 'done'>;
  again: () => void;
  giveUp: () => void;
  /** Keeps where it will stand for the next page load. */
  keep: (place: KeptPlace) => HeldPlace;
};

/** A file that an earlier page was sending into this text. */
export type LeftFile = {
  id: string;
  place: KeptPlace;
  held: HeldPlace;
  /** As soon as the queue of uploads has it. */
  sent: Promise<SentFile>;
  /** Its place is not in the text any more: says where the file is instead. */
  lost: () => void;
};

/** Where files go that are put into a text. Whoever shows the document says so. */
export type FileSender = {
  send: (file: File) => SentFile | null;
  /** What earlier pages have left, each as soon as no other tab sees to it. */
  left: (take: (left: LeftFile) => void, signal: AbortSignal) => Promise<void>;
};

type Uploads = Pick<UploadQueue, 'add' | 'resume' | 'cancel' | 'has' | 'shown' | 'places'>;
type Target = UploadTarget & { attachTo: Attachment };

/** Sends files by the queue of uploads, which goes on by itself after a cut, a reload and on other pages. */
export function senderTo({ uploads, toasts }: { uploads: Uploads; toasts: Toasts }, target: Target): FileSender {
  const document = `${target.attachTo.kind} ${target.attachTo.id}`;
  const sentBy = (item: UploadItem): SentFile => ({
    item,
    again: () => uploads.resume([item]),
    giveUp: () => uploads.cancel([item]),
    keep: (place) => uploads.places.keep({ ...place, id: item.id, document }),
  });
  const takenUp = async ({ place: { id, fileId }, held }: LeftPlace): Promise<SentFile> => {
    if (fileId === null) return sentBy(await uploads.shown(id));
    const item = { now: { state: 'done', fileId }, sent: 1, size: 1, done: Promise.resolve(fileId) } as const;
    return { item, again: () => {}, giveUp: () => {}, keep: () => held };
  };
  const handOver = (left: LeftPlace, take: (left: LeftFile) => void) => {
    const { place, held, begun } = left;
    // It never came into the queue: there is nothing to wait for.
    if (place.fileId === null && !begun && !uploads.has(place.id)) return held.settle();
    const sent = takenUp(left);
    const lost = async () => {
      held.settle();
      await (
        await sent
      ).item.done;
      toasts.say(`“${place.name}” is among the files of this ${target.attachTo.kind}: its place in the text is gone.`);
    };
    // Nothing is said of what is given up on its way.
    take({ id: place.id, place, held, sent, lost: () => void lost().catch(() => undefined) });
  };
  return {
    send: (file) => {
      const [item] = uploads.add([file], target);
      return item ? sentBy(item) : null;
    },
    left: (take, signal) => uploads.places.left(document, (left) => handOver(left, take), signal),
  };
}
