import { fileOf, imageOf, imageShare, type FileAttributes, type ImageAttributes } from './file-attributes.ts';

const escapes = /\\([^])/g;
const special = /[\\[\]|"`*_~$<>]/g;
const address = String.raw`\((\/data\/[^\s)"]+)(?: "((?:\\[^]|[^"\\])*)")?\)`;
const imagePattern = new RegExp(String.raw`^!\[((?:\\[^]|[^\]\\])*)\]${address}`);
const filePattern = new RegExp(String.raw`^\[((?:\\[^]|[^\]\\])*)\]${address}`);

const plain = (text: string): string => text.replace(escapes, '$1');
/** Characters that mean something in markdown escaped; `marks` are those that the writer of documents replaces itself. */
const escaped = (text: string): string =>
  text
    .replace(/[\uE000\uE001]/g, '')
    .replace(/\s*\n\s*/g, ' ')
    .replace(special, '\\$&');

/** An image of ours at the start of a text: `![alt](/data/ID?version=2 "caption")`. */
export function readImage(source: string): { raw: string; attrs: ImageAttributes; caption: string } | null {
  const [raw, alt, href, title = ''] = imagePattern.exec(source) ?? [];
  const found = raw !== undefined && href !== undefined ? addressed(href) : null;
  if (raw === undefined || found === null) return null;
  const aspect = found.query.has('aspect') ? Number(found.query.get('aspect')) : null;
  const width = found.query.has('width') ? Number(found.query.get('width')) : imageShare.most;
  const attrs = imageOf({ ...found.ids, alt: plain(alt ?? ''), width, aspect });
  return attrs && { raw, attrs, caption: plain(title) };
}

/** A file of ours at the start of a text: `[log.csv](/data/ID?version=1&size=1024)`; a link without a version is a link. */
export function readFile(source: string): { raw: string; attrs: FileAttributes } | null {
  const [raw, name, href] = filePattern.exec(source) ?? [];
  const found = raw !== undefined && href !== undefined ? addressed(href) : null;
  if (raw === undefined || found === null) return null;
  const size = found.query.has('size') ? Number(found.query.get('size')) : null;
  const attrs = fileOf({ ...found.ids, name: plain(name ?? ''), size });
  return attrs && { raw, attrs };
}

/** An image in markdown. What is as usual is left out of its address. */
export function writeImage({ fileId, version, name, alt, width, aspect }: ImageAttributes, caption: string): string {
  const query = [
    ...(name === '' ? [] : [`name=${encoded(name)}`]),
    ...(width === imageShare.most ? [] : [`width=${width}`]),
    ...(aspect === null ? [] : [`aspect=${aspect}`]),
  ];
  const title = caption === '' ? '' : ` "${escaped(caption)}"`;
  return `![${escaped(alt)}](${[`/data/${fileId}?version=${version}`, ...query].join('&')}${title})`;
}

/** A file in markdown. */
export const writeFile = ({ fileId, version, name, size }: FileAttributes): string =>
  `[${escaped(name)}](/data/${fileId}?version=${version}${size === null ? '' : `&size=${size}`})`;

type Addressed = { ids: { fileId: string; version: number; name: string }; query: URLSearchParams };

function addressed(href: string): Addressed | null {
  const [, fileId, search] = /^\/data\/([0-9a-f-]{36})\?([^#]*)$/i.exec(href) ?? [];
  if (fileId === undefined || search === undefined) return null;
  const query = new URLSearchParams(search);
  const version = Number(query.get('version') ?? Number.NaN);
  return { ids: { fileId: fileId.toLowerCase(), version, name: query.get('name') ?? '' }, query };
}

/** Without the parentheses that would end the address, and what a table or an equation would take for its own. */
const encoded = (name: string): string =>
  encodeURIComponent(name.toWellFormed()).replace(/[()'*~_!]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
