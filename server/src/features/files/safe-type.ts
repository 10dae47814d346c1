const drawn = new Set([
  ...['jpeg', 'png', 'gif', 'webp', 'avif', 'tiff'].map((type) => `image/${type}`),
  'application/pdf',
  'application/json',
  'text/plain',
  'text/csv',
  'text/tab-separated-values',
  'text/markdown',
]);
const played = /^(audio|video)\/[a-z0-9][a-z0-9.+-]*$/;

/**
 * The type under which the bytes of a file are given out, and whether a page may show them in place. What could run, as
 * HTML, XML, vectors and scripts, is given out as nothing but bytes or text, whatever it is.
 */
export function safeType(mediaType: string): { type: string; mayBeShown: boolean } {
  const [bare = ''] = mediaType.toLowerCase().split(';');
  const type = bare.trim();
  if (played.test(type)) return { type, mayBeShown: true };
  if (drawn.has(type)) return { type: isText(type) ? `${type}; charset=utf-8` : type, mayBeShown: true };
  return {
    type: type.startsWith('text/') ? 'text/plain; charset=utf-8' : 'application/octet-stream',
    mayBeShown: false,
  };
}

const isText = (type: string): boolean => type.startsWith('text/') || type === 'application/json';
