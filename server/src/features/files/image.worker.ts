import sharp from 'sharp';
import { serveTasks } from '../../platform/worker-thread.ts';

export type ImageTasks = {
  /** A picture of at most this width as WebP. @throws where it is none, too large, or takes too long */
  draw(input: { bytes: Uint8Array; width: number }): Promise<Uint8Array>;
};

/** What a camera or a microscope makes has fewer; a small file that says more is a trap. */
const mostPixels = 100_000_000;
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
    const drawn = await sharp(bytes, { limitInputPixels: mostPixels, pages: mostFrames, failOn: 'error' })
      .timeout({ seconds: longestSeconds })
      .autoOrient()
      .resize({ width, height: width * 4, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 80 })
      .toBuffer();
    return new Uint8Array(drawn);
  },
};
serveTasks(tasks);
