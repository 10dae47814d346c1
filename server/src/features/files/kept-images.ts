/** The images that were asked for last, in memory, up to so many bytes. */
export function keptImages(mostBytes: number) {
  const images = new Map<string, Uint8Array>();
  let bytes = 0;
  return {
    get(key: string): Uint8Array | undefined {
      const image = images.get(key);
      if (!image) return undefined;
      images.delete(key);
      images.set(key, image);
      return image;
    },
    set(key: string, image: Uint8Array): void {
      if (image.length > mostBytes || images.has(key)) return;
      images.set(key, image);
      bytes += image.length;
      for (const [oldest, { length }] of images) {
        if (bytes <= mostBytes) return;
        images.delete(oldest);
        bytes -= length;
      }
    },
  };
}
