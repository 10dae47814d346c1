import { foundIn, nameOf, type FoundFile } from './found-file.ts';

type WithHandle = DataTransferItem & { getAsFileSystemHandle?: () => Promise<FileSystemHandle | null | undefined> };
type Directory = FileSystemDirectoryHandle & { values: () => AsyncIterable<FileSystemHandle> };

/** Files that systems put into folders for themselves. */
const unwanted = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini']);

/**
 * The files of a drop or a paste, those in folders with their paths. To be called while the event is handled: a browser
 * takes what was dropped away afterwards.
 */
export async function filesIn(transfer: DataTransfer): Promise<FoundFile[]> {
  const readers = [...transfer.items].filter(({ kind }) => kind === 'file').map(readerOf);
  const found = await Promise.all(readers.map((read) => read()));
  return found.flat().filter(({ file }) => !unwanted.has(file.name));
}

/** Whether files are among what is dragged; which ones is known when they are dropped. */
export const hasFiles = (transfer: DataTransfer | null): boolean => transfer?.types.includes('Files') ?? false;

function readerOf(item: WithHandle): () => Promise<FoundFile[]> {
  const entry = item.webkitGetAsEntry?.() ?? null;
  const file = item.getAsFile();
  const handled = item.getAsFileSystemHandle?.().catch(() => null) ?? Promise.resolve(null);
  return async () => {
    const handle = await handled;
    if (handle) return inHandle(handle, []);
    if (entry !== null) return inEntry(entry, []);
    return file === null ? [] : [foundIn(file)];
  };
}

async function inHandle(handle: FileSystemHandle, path: readonly string[]): Promise<FoundFile[]> {
  if (isFile(handle)) return [{ file: await handle.getFile(), folder: path.join('/'), handle }];
  const found: FoundFile[] = [];
  for await (const inside of (handle as Directory).values())
    found.push(...(await inHandle(inside, [...path, nameOf(handle.name)])));
  return found;
}

async function inEntry(entry: FileSystemEntry, path: readonly string[]): Promise<FoundFile[]> {
  if (isFileEntry(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [{ file, folder: path.join('/') }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: FoundFile[] = [];
  // A browser hands out a hundred at a time, and none when there are no more.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return found;
    for (const inside of some) found.push(...(await inEntry(inside, [...path, nameOf(entry.name)])));
  }
}

const isFile = (handle: FileSystemHandle): handle is FileSystemFileHandle => handle.kind === 'file';
const isFileEntry = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
