import type { imageWidths } from '@cobench/shared/files/endpoints';
import type { Actor } from '../../platform/access.ts';
import { Fault } from '../../platform/fault.ts';
import type { Content } from '../../platform/http/content.ts';
import { inTurn } from '../../platform/in-turn.ts';
import { workerThread } from '../../platform/worker-thread.ts';
import type { FileBytes } from './file-bytes.ts';
import type { KeptVersion } from './file.repo.ts';
import type { ImageTasks } from './image.worker.ts';
import { keptImages } from './kept-images.ts';

type Which = { id: string; version?: number | undefined };

const mebibyte = 1024 * 1024;
/** A file is in memory while it is drawn, and one at a time is. */
const largestDrawn = 128 * mebibyte;
const mostWaiting = 40;
const mostKept = 64 * mebibyte;

/** Small pictures of image files, drawn on a thread of their own and kept for a while. */
export function fileImages({ bytes }: { bytes: FileBytes }) {
  const thread = workerThread<ImageTasks>(new URL('./image.worker.ts', import.meta.url));
  const turn = inTurn();
  const drawn = keptImages(mostKept);
  const underWay = new Map<string, Promise<Uint8Array>>();

  async function draw(kept: KeptVersion, width: number): Promise<Uint8Array> {
    const whole = new Uint8Array(kept.size);
    let filled = 0;
    for await (const piece of bytes.read(kept)) {
      whole.set(piece, filled);
      filled += piece.length;
    }
    return thread.run('draw', { bytes: whole, width }, [whole.buffer]).catch((cause: unknown) => {
      throw new Fault('state.conflict', { detail: whyNot(cause), cause });
    });
  }

  /** Whoever asks for the same picture at the same time gets the same. */
  async function pictureOf(kept: KeptVersion, width: number): Promise<Uint8Array> {
    const key = `${kept.stored.id}/${width}`;
    const known = drawn.get(key) ?? underWay.get(key);
    if (known) return known;
    if (underWay.size >= mostWaiting) {
      throw new Fault('service.unavailable', { detail: 'Too many pictures are being drawn.', retryAfterSeconds: 2 });
    }
    const drawing = turn('draw', () => draw(kept, width)).finally(() => underWay.delete(key));
    underWay.set(key, drawing);
    const picture = await drawing;
    drawn.set(key, picture);
    return picture;
  }

  return {
    /** @throws Fault `state.conflict` where it is no image, or none that can be drawn */
    async image(actor: Actor, { width, ...which }: Which & { width: (typeof imageWidths)[number] }): Promise<Content> {
      const { file, kept } = await bytes.readable(actor, which);
      if (kept.kind !== 'image') throw new Fault('state.conflict', { detail: 'It is no image.' });
      if (kept.size > largestDrawn) throw new Fault('state.conflict', { detail: 'It is too large for a preview.' });
      return {
        name: `${file.name}.webp`,
        type: 'image/webp',
        disposition: 'inline',
        size: null,
        tag: `${kept.sha256}-${width}`,
        async *read() {
          yield await pictureOf(kept, Number(width));
        },
      };
    },
    closeImages: () => thread.close(),
  };
}

function whyNot(cause: unknown): string {
  const words = cause instanceof Error ? cause.message : '';
  if (/pixel limit/i.test(words)) return 'It has more than 100 megapixels: there is no preview of it.';
  if (/byte limit/i.test(words)) return 'It has more than 400 MB of pixels: there is no preview of it.';
  if (/timeout/i.test(words)) return 'Drawing it takes too long: there is no preview of it.';
  return 'It cannot be drawn: it is damaged, or not of a kind that is drawn here.';
}
