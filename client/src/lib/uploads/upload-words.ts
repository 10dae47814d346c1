import { duration } from '#lib/ui/format.ts';
import { fileSize } from '#lib/ui/file-size.ts';
import type { UploadItem } from './upload-item.svelte.ts';
import { underWay, type UploadTotals } from './upload-totals.ts';

export const filesOf = (count: number): string => (count === 1 ? '1 file' : `${count.toLocaleString('en')} files`);

/** What the tray is called: what matters most of all files, in few words. */
export function titleOf(totals: UploadTotals): string {
  const going = underWay(totals);
  if (going > 0) return totals.active === 0 && totals.interrupted > 0 ? 'Uploads are waiting' : `Uploading`;
  if (totals.needsFile > 0) return `${filesOf(totals.needsFile)} to choose again`;
  if (totals.failed > 0) return `${filesOf(totals.failed)} not uploaded`;
  if (totals.paused > 0) return 'Uploads are paused';
  return totals.files === 1 ? 'The file has arrived' : `All ${filesOf(totals.files)} have arrived`;
}

export const shareOf = ({ bytes, sent, files, done }: UploadTotals): number =>
  bytes === 0 ? (files === 0 ? 0 : done / files) : Math.min(1, sent / bytes);

/** “132 of 200 files · 48 % · 12 MB/s · 40 s left”. */
export function summaryOf(totals: UploadTotals, speed: number | null, remaining: number | null): string {
  return [
    `${totals.done.toLocaleString('en')} of ${filesOf(totals.files)}`,
    `${Math.floor(shareOf(totals) * 100)} %`,
    speed !== null && speed >= 1 && `${fileSize(Math.round(speed))}/s`,
    remaining !== null && totals.active > 0 && `${duration(remaining)} left`,
  ]
    .filter(Boolean)
    .join(' · ');
}

/** What is read out: only when something is new that a person may have to act on, or all of it is done. */
export function newsOf(totals: UploadTotals): string {
  const trouble = [
    totals.failed > 0 && `${filesOf(totals.failed)} could not be uploaded.`,
    totals.needsFile > 0 && `${filesOf(totals.needsFile)} have to be chosen again.`,
  ].filter(Boolean);
  const going = underWay(totals);
  if (totals.files === 0) return '';
  const state =
    going === 0
      ? totals.paused > 0
        ? 'Uploads are paused.'
        : `${filesOf(totals.done)} uploaded.`
      : totals.active === 0 && totals.interrupted > 0
        ? 'Uploads wait for the connection. Nothing is lost.'
        : 'Uploading files.';
  return [state, ...trouble].join(' ');
}

/** One file in few words. */
export function lineOf({ now, sent, checked, size }: UploadItem): string {
  switch (now.state) {
    case 'waiting':
      return `${fileSize(size)} · waiting`;
    case 'checking':
      return `Computing its checksum · ${percentOf(checked, size)}`;
    case 'sending':
      return `${fileSize(Math.min(sent, size))} of ${fileSize(size)}`;
    case 'interrupted':
    case 'failed':
      return now.words;
    case 'paused':
      return `Paused · ${percentOf(sent, size)}`;
    case 'needs-file':
      return now.words ?? 'Choose it again.';
    case 'done':
      return `${fileSize(size)} · uploaded`;
    case 'cancelled':
      return 'Cancelled';
    default:
      return now satisfies never;
  }
}

const percentOf = (part: number, whole: number): string => `${whole === 0 ? 100 : Math.floor((part / whole) * 100)} %`;
