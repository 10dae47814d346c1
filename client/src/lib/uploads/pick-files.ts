import { foundIn, type FoundFile } from './found-file.ts';

type Picker = { showOpenFilePicker?: (options: { multiple: boolean }) => Promise<FileSystemFileHandle[]> };

/** Lets a person choose files, by the way of their browser that remembers them across a reload where it has one. */
export async function pickFiles(): Promise<FoundFile[]> {
  const { showOpenFilePicker } = globalThis as Picker;
  if (showOpenFilePicker === undefined) return pickBy({ multiple: true });
  try {
    const handles = await showOpenFilePicker({ multiple: true });
    return await Promise.all(handles.map(async (handle) => ({ file: await handle.getFile(), folder: '', handle })));
  } catch (error) {
    // Nothing was chosen, or the browser does not allow this way here.
    if (error instanceof DOMException && error.name === 'AbortError') return [];
    return pickBy({ multiple: true });
  }
}

/** Lets a person choose a folder with everything in it. */
export const pickFolder = (): Promise<FoundFile[]> => pickBy({ webkitdirectory: true });

function pickBy(options: { multiple?: boolean; webkitdirectory?: boolean }): Promise<FoundFile[]> {
  const input = Object.assign(document.createElement('input'), { type: 'file', ...options });
  return new Promise((resolve) => {
    input.addEventListener('change', () => resolve([...(input.files ?? [])].map(foundIn)));
    input.addEventListener('cancel', () => resolve([]));
    input.click();
  });
}
