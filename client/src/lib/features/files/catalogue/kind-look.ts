import type { FileKind } from '@cobench/shared/files/file';
import Braces from '@lucide/svelte/icons/braces';
import File from '@lucide/svelte/icons/file';
import FileText from '@lucide/svelte/icons/file-text';
import Film from '@lucide/svelte/icons/film';
import Image from '@lucide/svelte/icons/image';
import Music from '@lucide/svelte/icons/music';
import Table from '@lucide/svelte/icons/table';
import type { Icon } from '#lib/ui/icon.ts';

/** How a file is drawn by what it is. */
export const kindLook: Record<FileKind, { word: string; icon: Icon }> = {
  image: { word: 'Image', icon: Image },
  pdf: { word: 'PDF', icon: FileText },
  table: { word: 'Table', icon: Table },
  text: { word: 'Text', icon: FileText },
  json: { word: 'JSON', icon: Braces },
  markdown: { word: 'Markdown', icon: FileText },
  audio: { word: 'Audio', icon: Music },
  video: { word: 'Video', icon: Film },
  other: { word: 'Other', icon: File },
};
