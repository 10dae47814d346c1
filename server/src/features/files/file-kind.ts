import type { FileKind } from '@cobench/shared/files/file';

/** What a browser, and what makes previews, can draw. A drawing of vectors is text: it could run. */
const images = new Set(['jpeg', 'png', 'gif', 'webp', 'avif', 'tiff'].map((type) => `image/${type}`));
const named: Readonly<Record<string, FileKind>> = {
  'application/pdf': 'pdf',
  'text/csv': 'table',
  'text/tab-separated-values': 'table',
  'text/markdown': 'markdown',
  'application/json': 'json',
  'application/xml': 'text',
  'image/svg+xml': 'text',
};

/** How a file can be shown, by its media type. */
export function kindOfMedia(mediaType: string): FileKind {
  const [type = ''] = mediaType.toLowerCase().split(';');
  const bare = type.trim();
  if (images.has(bare)) return 'image';
  const known = named[bare];
  if (known) return known;
  if (bare.endsWith('+json')) return 'json';
  if (bare.endsWith('+xml')) return 'text';
  const [family] = bare.split('/');
  return family === 'audio' || family === 'video' || family === 'text' ? family : 'other';
}
