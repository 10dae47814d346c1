import type { FileVersion } from '@cobench/shared/files/file';
import type { Source } from './file-bytes.ts';

export type PreviewName = 'image' | 'pdf' | 'table' | 'text' | 'json' | 'markdown' | 'sound' | 'film' | 'bytes';
export type PreviewProps = { source: Source; name: string; mediaType: string };

const largestJson = 4_000_000;
const largestMarkdown = 512 * 1024;

/**
 * How a version is shown. What could be a program in a page (SVG, HTML, XML) is text, whatever it is called, and what is too
 * large to be shown as what it is, too.
 */
export function previewOf({ kind, mediaType, size }: Pick<FileVersion, 'kind' | 'mediaType' | 'size'>): PreviewName {
  if (/^(image\/svg|text\/html|application\/xhtml)/.test(mediaType) || /[/+]xml$/.test(mediaType)) return 'text';
  switch (kind) {
    case 'image':
    case 'pdf':
    case 'table':
    case 'text':
      return kind;
    case 'json':
      return size > largestJson ? 'text' : 'json';
    case 'markdown':
      return size > largestMarkdown ? 'text' : 'markdown';
    case 'audio':
      return 'sound';
    case 'video':
      return 'film';
    case 'other':
      return 'bytes';
    default:
      return kind satisfies never;
  }
}
