import { delimiterOf, type CsvDelimiter } from './csv-table.ts';

/**
 * Reads a file of values (RFC 4180) piece by piece, to be looked at: unlike `parseCsv` it refuses nothing. A quote inside a
 * cell that does not begin with one stands for itself, and what follows a closing quote belongs to the cell. The delimiter
 * is told by the first piece, so that should hold the whole first line.
 */
export class CsvReader {
  delimiter: CsvDelimiter | null = null;
  /** A quote was opened and not closed (yet). */
  quoted = false;
  #cells: string[] = [];
  #cell = '';
  /** The last letter was a quote inside quotes: it closes, or is the first of two. */
  #closing = false;
  /** The last letter was CR: an LF after it belongs to it. */
  #returned = false;
  #started = false;

  /** The records that ended within this piece; empty lines are none. */
  push(piece: string): string[][] {
    const text = this.delimiter === null ? this.#begin(piece) : piece;
    const delimiter = this.delimiter ?? ',';
    const records: string[][] = [];
    let from = 0;
    for (let at = 0; at < text.length; at++) {
      const letter = text[at];
      if (this.quoted) {
        if (letter === '"') {
          this.#cell += text.slice(from, at);
          from = at + 1;
          this.quoted = false;
          this.#closing = true;
        }
        continue;
      }
      if (this.#closing && letter === '"') {
        // Two quotes stand for one, which comes with what follows.
        from = at;
        this.quoted = true;
        this.#closing = false;
        continue;
      }
      this.#closing = false;
      if (letter === '"' && !this.#started && this.#cell === '' && from === at) {
        this.quoted = true;
        this.#started = true;
        from = at + 1;
      } else if (letter === delimiter) {
        this.#endCell(text.slice(from, at));
        from = at + 1;
      } else if (letter === '\n' || letter === '\r') {
        const second = letter === '\n' && this.#returned && from === at;
        if (!second) this.#endRecord(text.slice(from, at), records);
        from = at + 1;
      }
      this.#returned = letter === '\r';
    }
    this.#cell += text.slice(from);
    return records;
  }

  /** The last record, where the file does not end with a line end. */
  finish(): string[][] {
    const records: string[][] = [];
    if (this.#cells.length > 0 || this.#cell !== '' || this.#started) this.#endRecord('', records);
    return records;
  }

  /** Passes over a byte order mark and a line that names the delimiter. */
  #begin(piece: string): string {
    const text = piece.startsWith('\uFEFF') ? piece.slice(1) : piece;
    const told = /^sep=([,;\t])(?:\r\n|\r|\n|$)/i.exec(text);
    this.delimiter = (told?.[1] as CsvDelimiter | undefined) ?? delimiterOf(text);
    return told ? text.slice(told[0].length) : text;
  }

  #endCell(end: string): void {
    const cell = this.#cell + end;
    this.#cells.push(this.#started ? cell : cell.trim());
    this.#cell = '';
    this.#started = false;
  }

  #endRecord(end: string, records: string[][]): void {
    const blank = this.#cells.length === 0 && !this.#started && this.#cell === '' && end === '';
    this.#endCell(end);
    if (!blank) records.push(this.#cells);
    this.#cells = [];
  }
}
