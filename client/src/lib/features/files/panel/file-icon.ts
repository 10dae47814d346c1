import type { FileKind } from '@cobench/shared/files/file';
import Braces from '@lucide/svelte/icons/braces';
import File from '@lucide/svelte/icons/file';
import FileText from '@lucide/svelte/icons/file-text';
import Film from '@lucide/svelte/icons/film';
import Image from '@lucide/svelte/icons/image';
import Music from '@lucide/svelte/icons/music';
import Table2 from '@lucide/svelte/icons/table-2';
import type { Icon } from '#lib/ui/icon.ts';

/** What stands for a file of each kind. */
export const fileIcon: Record<FileKind, Icon> = {
  image: Image,
  pdf: FileText,
  table: Table2,
  text: FileText,
  json: Braces,
  markdown: FileText,
  audio: Music,
  video: Film,
  other: File,
};
