import Archive from '@lucide/svelte/icons/file-archive';
import Code from '@lucide/svelte/icons/file-code';
import Music from '@lucide/svelte/icons/file-music';
import Picture from '@lucide/svelte/icons/file-image';
import Play from '@lucide/svelte/icons/file-play';
import Plain from '@lucide/svelte/icons/file';
import Spreadsheet from '@lucide/svelte/icons/file-spreadsheet';
import Text from '@lucide/svelte/icons/file-text';
import type { Icon } from '#lib/ui/icon.ts';

const kinds: readonly (readonly [icon: Icon, name: string, endings: RegExp])[] = [
  [Picture, 'Image', /^(png|jpe?g|gif|webp|avif|tiff?|bmp|svg|heic)$/],
  [Spreadsheet, 'Table', /^(csv|tsv|xlsx?|ods|parquet)$/],
  [Text, 'Text', /^(txt|md|log|pdf|docx?|odt|rtf)$/],
  [Code, 'Code', /^(json|xml|ya?ml|toml|py|m|r|jl|sh|sql|gds|dxf)$/],
  [Archive, 'Archive', /^(zip|gz|tgz|tar|7z|zst|bz2|xz)$/],
  [Music, 'Sound', /^(wav|mp3|flac|ogg|m4a)$/],
  [Play, 'Video', /^(mp4|webm|mov|avi|mkv)$/],
];

/** What a file looks like by the end of its name; what it is, its page tells. */
export function fileIcon(name: string): { icon: Icon; kind: string } {
  const ending = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  const [icon, kind] = kinds.find(([, , endings]) => endings.test(ending)) ?? [Plain, 'File'];
  return { icon, kind };
}
