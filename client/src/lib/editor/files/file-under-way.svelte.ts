import type { HeldPlace } from '#lib/uploads/upload-places.ts';
import type { SentFile } from './file-sender.ts';
import type { FileForm } from './insert-file.ts';
import type { PictureSize } from './picture-size.ts';

/** A file that has its place in the text of this tab and is not there yet. */
export class FileUnderWay {
  readonly id: string;
  readonly name: string;
  readonly form: FileForm;
  /** Its bytes; null where an earlier page sent it. */
  readonly file: File | null;
  /** What the queue of uploads says of it; null until the queue has it. */
  sent = $state.raw<SentFile | null>(null);
  /** Why it is not in the text although it has arrived. */
  trouble = $state<string | null>(null);
  /** An address of the picture on this computer. */
  preview = $state<string | null>(null);
  size: PictureSize | null = null;
  /** Where it is kept for the next page load that it has a place here. */
  held: HeldPlace | null = null;

  constructor({ id, name, form, file }: Pick<FileUnderWay, 'id' | 'name' | 'form' | 'file'>) {
    this.id = id;
    this.name = name;
    this.form = form;
    this.file = file;
  }

  static of(file: File): FileUnderWay {
    return new FileUnderWay({ id: crypto.randomUUID(), name: file.name, form: formOf(file), file });
  }
}

/** Formats with a picture in them; SVG can run scripts, and is a file like any other. */
const formOf = ({ type }: File): FileForm => (/^image\/(?!svg)/.test(type) ? 'image' : 'file');
