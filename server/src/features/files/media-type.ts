import { fileTypeFromBuffer } from 'file-type';

/** So many of the first bytes tell what a file is; its name is asked only for what kind of text it is. */
export const tellingBytes = 64 * 1024;

const unknown = 'application/octet-stream';
const textByName: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  tab: 'text/tab-separated-values',
  json: 'application/json',
  geojson: 'application/json',
  md: 'text/markdown',
  markdown: 'text/markdown',
};

/**
 * What a file is by its first bytes. Text of any kind that a browser could run, HTML and drawings of vectors among it, is
 * plain text here: it is shown as its source.
 */
export async function mediaTypeOf(first: Uint8Array, name: string): Promise<string> {
  const found = await fileTypeFromBuffer(first);
  if (found && !isMarkup(found.mime)) return bare(found.mime);
  if (!isText(first)) return unknown;
  const extension = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  return (Object.hasOwn(textByName, extension) && textByName[extension]) || 'text/plain';
}

const isMarkup = (mime: string): boolean =>
  /(?:xml|html|javascript|rtf)/.test(mime) && !mime.includes('officedocument');
const bare = (mime: string): string => mime.split(';')[0]?.trim() ?? unknown;

/** UTF-8 without control characters but those of lines, tabs and pages. An empty file is no text, and nothing else either. */
function isText(bytes: Uint8Array): boolean {
  if (bytes.length === 0) return false;
  if (bytes.some((byte) => byte < 0x20 && !(byte >= 0x09 && byte <= 0x0d) && byte !== 0x1b)) return false;
  try {
    // The last character may be cut in two where there is more.
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: bytes.length >= tellingBytes });
    return true;
  } catch {
    return false;
  }
}
