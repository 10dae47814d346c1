import sharp, { type Metadata } from 'sharp';
import { serveTasks } from '../../platform/worker-thread.ts';

export type ImageTasks = {
  /** A picture of at most this width as WebP. @throws where it is none, too large, or takes too long */
  draw(input: { bytes: Uint8Array; width: number }): Promise<Uint8Array>;
};

/** What a camera or a microscope makes has fewer; a small file that says more is a trap. */
const mostPixels = 100_000_000;
/** Bytes of all pixels: some files have to be unpacked whole, and then a few bytes of one become as many in memory. */
const mostUnpacked = 4 * mostPixels;
const longestSeconds = 15;
const mostFrames = 1;

// Only the loaders of what is drawn here: vectors, documents and whatever else libvips reads are not tried.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Tiff', 'Heif'].map((name) => `VipsForeignLoad${name}`),
});
sharp.cache(false);
sharp.concurrency(1);

const tasks: ImageTasks = {
  async draw({ bytes, width }) {
    const image = sharp(bytes, { limitInputPixels: mostPixels, pages: mostFrames, failOn: 'error' });
    if (unpacked(await image.metadata()) > mostUnpacked) throw new Error('Input image exceeds byte limit');
    const drawn = await image
      .timeout({ seconds: longestSeconds })
      .autoOrient()
      .resize({ width, height: width * 4, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 80 })
      .toBuffer();
    return new Uint8Array(drawn);
  },
};
serveTasks(tasks);

const bytesOfDepth: Readonly<Record<string, number>> = {
  char: 1,
  uchar: 1,
  short: 2,
  ushort: 2,
  int: 4,
  uint: 4,
  float: 4,
};
const unpacked = ({ width, height, channels, depth }: Metadata): number =>
  width * height * channels * (bytesOfDepth[depth] ?? 16);
