import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';

/** A file of an archive; `folder` is empty at its top. */
export type Entry = { folder: string; name: string; size: number; at: Date; read(): AsyncIterable<Uint8Array> };

/**
 * A ZIP that is made while it is read. Nothing is compressed: instrument data seldom shrinks, and so its size is known
 * before its first byte. Whatever goes wrong ends the stream with an error; whoever stops reading stops what is read.
 */
export function zipped(entries: readonly Entry[]): {
  size: number;
  read(): AsyncGenerator<Uint8Array, void, undefined>;
} {
  const named = withPaths(entries);
  return { size: sizeOf(named), read: () => zip(named) };
}

type Named = { path: string; entry: Entry };
const optionsOf = ({ size, at }: Entry) => ({ compress: false, size, mtime: at, mode: 0o100644 });

/** As the ZIP tells itself: nothing is opened, for nobody reads it. */
function sizeOf(named: readonly Named[]): number {
  const zip = new ZipFile();
  for (const { path, entry } of named) zip.addReadStreamLazy(path, optionsOf(entry), () => undefined);
  let size = 0;
  // Its type says less than it does: it is called with the size, and at once where all sizes are known.
  const told = (...[total = 0]: number[]) => void (size = total);
  zip.end({ forceZip64Format: false, comment: '' }, told);
  return size;
}

async function* zip(named: readonly Named[]): AsyncGenerator<Uint8Array, void, undefined> {
  const file = new ZipFile();
  const output = file.outputStream as Readable;
  const fail = (error: Error) => void output.destroy(error);
  file.on('error', fail);
  const open = new Set<Readable>();
  for (const { path, entry } of named) {
    file.addReadStreamLazy(path, optionsOf(entry), (done) => {
      const stream = Readable.from(entry.read(), { objectMode: false });
      open.add(stream);
      stream.once('error', fail).once('close', () => open.delete(stream));
      done(null, stream);
    });
  }
  file.end();
  try {
    for await (const piece of output) yield piece as Uint8Array;
  } finally {
    for (const stream of open) stream.destroy();
  }
}

/** Each its own path, which is that of no folder either, also where a file system does not tell capitals from small letters. */
function withPaths(entries: readonly Entry[]): Named[] {
  const placed = entries.map((entry) => ({ entry, folders: entry.folder.split('/').filter(Boolean).map(safe) }));
  const taken = new Set(placed.flatMap(({ folders }) => folders.map((_, at) => sameAs(folders.slice(0, at + 1)))));
  return placed.map(({ entry, folders }) => {
    const [, stem = '', ending = ''] = /^(.+?)(\.[^.]*)?$/s.exec(safe(entry.name)) ?? [];
    let path = '';
    for (let count = 1; path === '' || taken.has(sameAs([path])); count++) {
      path = [...folders, `${stem}${count === 1 ? '' : ` (${count})`}${ending}`].join('/');
    }
    taken.add(sameAs([path]));
    return { path, entry };
  });
}

/** Two paths for which this is the same are one to some file system. */
const sameAs = (parts: readonly string[]): string => parts.join('/').normalize('NFC').toLowerCase();

/** A part of a path that leads nowhere else, and that every file system takes. */
function safe(part: string): string {
  const clean = part
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}<>:"|?*\\/]/gu, '_')
    .replace(/[. ]+$/, '');
  return clean === '' || isDevice.test(clean) ? `_${clean}` : clean;
}

/** What Windows takes for a device, whatever comes behind the point. */
const isDevice = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
