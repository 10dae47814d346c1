import { placeAfter, textChange, type TextChange } from '@cobench/shared/realtime/text-change';
import type * as Y from 'yjs';

type TextBox = HTMLInputElement | HTMLTextAreaElement;
type Options = {
  /** What undo knows the changes of this person by. */
  origin: object;
  /** A title has one line, however it is pasted or what others write. */
  lines: 'one' | 'many';
};

/**
 * Shows a text of a document in a text box, to be typed in by several people at once: what is typed goes in as the
 * smallest change, what others type comes in without moving the caret. To be used as an attachment.
 *
 * While an input method composes (Japanese, dead keys) the box belongs to it: what others write waits until it is done.
 */
export const sharedInput =
  (text: Y.Text, options: Options) =>
  (box: TextBox): (() => void) => {
    const input = new SharedInput(text, box, options);
    return () => input.end();
  };

class SharedInput {
  readonly #text: Y.Text;
  readonly #box: TextBox;
  readonly #options: Options;
  /** What the box is known to show. */
  #shown: string;
  #composing = false;
  #writing = false;
  /** What others wrote while an input method had the box, in order. */
  #held: TextChange[] = [];

  constructor(text: Y.Text, box: TextBox, options: Options) {
    this.#text = text;
    this.#box = box;
    this.#options = options;
    this.#shown = this.#current();
    box.value = this.#shown;
    text.observe(this.#changed);
    box.addEventListener('input', this.#typed);
    box.addEventListener('compositionstart', this.#composes);
    box.addEventListener('compositionend', this.#composed);
  }

  end(): void {
    this.#text.unobserve(this.#changed);
    this.#box.removeEventListener('input', this.#typed);
    this.#box.removeEventListener('compositionstart', this.#composes);
    this.#box.removeEventListener('compositionend', this.#composed);
  }

  readonly #typed = (): void => {
    if (!this.#composing) this.#take();
  };

  readonly #composes = (): void => {
    this.#composing = true;
  };

  readonly #composed = (): void => {
    this.#composing = false;
    this.#take();
  };

  readonly #changed = (event: Y.YTextEvent): void => {
    if (this.#writing) return;
    const changes = changesIn(event);
    if (this.#composing) this.#held.push(...changes);
    else this.#show(changes);
  };

  /** Takes what was typed into the document, at the place where it belongs by now. */
  #take(): void {
    const caret = this.#box.selectionEnd ?? undefined;
    const change = textChange(this.#shown, this.#clean(this.#box.value), caret);
    const held = this.#held.splice(0);
    const place = change === null ? null : this.#write(change, held);
    const current = this.#current();
    if (this.#box.value === current) this.#shown = current;
    else this.#put(current, place !== null && held.length > 0 ? { start: place, end: place } : this.#selection());
  }

  /**
   * Writes a change that was made before the `held` ones came: it takes away only what was there then. Returns where its
   * end is.
   */
  #write({ at, remove, insert }: TextChange, held: readonly TextChange[]): number {
    const placeOf = (place: number, stay: 'before' | 'after'): number =>
      held.reduce((moved, other) => placeAfter(moved, other, stay), place);
    const start = placeOf(at, remove > 0 ? 'after' : 'before');
    const gone = Array.from({ length: remove }, (_, unit) => [
      placeOf(at + unit, 'after'),
      placeOf(at + unit + 1, 'before'),
    ]);
    this.#writing = true;
    this.#text.doc?.transact(() => {
      for (const [from = 0, to = 0] of gone.toReversed()) if (to > from) this.#text.delete(from, to - from);
      if (insert !== '') this.#text.insert(start, insert);
    }, this.#options.origin);
    this.#writing = false;
    return start + insert.length;
  }

  #show(changes: readonly TextChange[]): void {
    const moved = (place: number): number => changes.reduce((at, change) => placeAfter(at, change), place);
    const { start, end } = this.#selection();
    this.#put(this.#current(), { start: moved(start), end: moved(end) });
  }

  #put(value: string, { start, end }: Selection): void {
    this.#shown = value;
    this.#box.value = value;
    // Setting the selection of a box that nobody is in would draw the focus into it in some browsers.
    if (this.#box.ownerDocument.activeElement === this.#box) this.#box.setSelectionRange(start, end);
  }

  #selection(): Selection {
    return { start: this.#box.selectionStart ?? 0, end: this.#box.selectionEnd ?? 0 };
  }

  /** The text of the document, each piece as long as it is there: an embedded object is one unit. */
  #current(): string {
    const pieces: { insert: unknown }[] = this.#text.toDelta();
    return this.#clean(pieces.map(({ insert }) => (typeof insert === 'string' ? insert : '\uFFFC')).join(''));
  }

  #clean(text: string): string {
    return this.#options.lines === 'one' ? text.replace(/[\r\n]/g, ' ') : text.replace(/\r/g, ' ');
  }
}

type Selection = { start: number; end: number };

/** A change of a Y.Text, piece by piece, each in the places of the text after the one before. */
function changesIn({ delta }: Y.YTextEvent): TextChange[] {
  const changes: TextChange[] = [];
  let at = 0;
  for (const { retain, insert, delete: remove } of delta) {
    if (retain !== undefined) at += retain;
    if (remove !== undefined) changes.push({ at, remove, insert: '' });
    if (insert === undefined) continue;
    const text = typeof insert === 'string' ? insert : '\uFFFC';
    changes.push({ at, remove: 0, insert: text });
    at += text.length;
  }
  return changes;
}
