import { imageShare } from '@cobench/shared/editor/file-attributes';

/** Pixels of the upright picture. */
export type PictureSize = { width: number; height: number };

/** The size of an image file; null where this browser cannot draw it. */
export async function pictureSize(file: Blob): Promise<PictureSize | null> {
  try {
    const bitmap = await createImageBitmap(file);
    const { width, height } = bitmap;
    bitmap.close();
    return width > 0 && height > 0 ? { width, height } : null;
  } catch {
    // It is shown as soon as the server has drawn it.
    return null;
  }
}

/** The size of a picture at an address, to as many pixels as that gives; null where it gives none. */
export async function pictureSizeAt(address: string): Promise<PictureSize | null> {
  try {
    return await pictureSize(await (await fetch(address)).blob());
  } catch {
    // The network is gone: it is shown as wide as the column.
    return null;
  }
}

/** A column of text is about so wide, and a picture at first at most so high. */
const column = 720;
const tallest = 560;

/** The shape of a picture, and the share of the column that shows it at its own size, or as large as is pleasant. */
export function firstLook(size: PictureSize | null): { aspect: number | null; width: number } {
  if (size === null) return { aspect: null, width: imageShare.most };
  const aspect = Math.round((size.width / size.height) * 10_000) / 10_000;
  const share = Math.min(size.width, tallest * aspect) / column;
  const steps = Math.ceil((share * 100) / imageShare.step) * imageShare.step;
  return { aspect, width: Math.max(imageShare.least, Math.min(imageShare.most, steps)) };
}
