import type { SentFile } from './file-sender.ts';
import type { FileForm } from './insert-file.ts';
import type { PictureSize } from './picture-size.ts';

/** A file that has its place in the text of this tab and is not there yet. */
export class FileUnderWay {
  readonly id = crypto.randomUUID();
  readonly file: File;
  readonly form: FileForm;
  /** What the queue of uploads says of it; null until the queue has it. */
  sent = $state.raw<SentFile | null>(null);
  /** Why it is not in the text although it has arrived. */
  trouble = $state<string | null>(null);
  /** An address of the picture on this computer. */
  preview = $state<string | null>(null);
  size: PictureSize | null = null;

  constructor(file: File) {
    this.file = file;
    this.form = formOf(file);
  }
}

/** Formats with a picture in them; SVG can run scripts, and is a file like any other. */
const formOf = ({ type }: File): FileForm => (/^image\/(?!svg)/.test(type) ? 'image' : 'file');
