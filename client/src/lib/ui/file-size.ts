const units = ['kB', 'MB', 'GB', 'TB'] as const;

/** “812 B”, “1.2 MB”, “64 GB”: what people can compare. Thousands, as disks and the pages of other programs count them. */
export function fileSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3));
  // 999,999 bytes would otherwise be “1000 kB”.
  const rounded = Number((bytes / 1000 ** power).toPrecision(3));
  return rounded >= 1000 && power < units.length ? `1 ${units[power]}` : `${rounded} ${units[power - 1]}`;
}

/** “1,234,567 bytes”. */
export const exactSize = (bytes: number): string => `${bytes.toLocaleString('en')} ${bytes === 1 ? 'byte' : 'bytes'}`;
