import { decimalSignOf, isMissing, numberInCell, timeInCell, type DecimalSign } from '@cobench/shared/csv/csv-cells';
import { CsvReader } from '@cobench/shared/csv/csv-reader';
import type { CsvDelimiter } from '@cobench/shared/csv/csv-table';
import { encodingOf, type Encoding } from './text-encoding.ts';

export type ColumnType = 'number' | 'time' | 'text';
export type TableColumn = { name: string; type: ColumnType; letters: number };
/** What is known of a table without its cells. */
export type TableSummary = {
  columns: TableColumn[];
  rows: number;
  /** Bytes that were read. */
  read: number;
  delimiter: CsvDelimiter;
  decimal: DecimalSign;
  encoding: Encoding;
  /** Whether the first row names the columns. */
  header: boolean;
  /** Lines before the table that begin with #. */
  remarks: number;
  /** Rows with another number of cells than the first. */
  crooked: number;
  /** A quote was opened and never closed: its cell has all that follows. */
  unclosed: boolean;
  /** There are more rows than are kept. */
  full: boolean;
};
/** Points of a plot: NaN where a cell has none. */
export type TablePoints = { xs: Float64Array; ys: Float64Array[]; of: number };

/** Rows whose cells tell what the columns hold. */
const sample = 1000;
/** A browser can scroll over so many rows. */
export const mostRows = 700_000;
export const mostPoints = 20_000;

type Shape = { header: boolean; body: string[][]; decimal: DecimalSign };

/** The cells of a file of values, taken in piece by piece. Lives in a worker: the page asks for what is in sight. */
export class TableStore {
  readonly #reader = new CsvReader();
  #decoder: TextDecoder | null = null;
  #encoding: Encoding = 'utf-8';
  #records: string[][] = [];
  #remarks = 0;
  #read = 0;
  #full = false;
  /** Null: what the cells say. */
  #headerChosen: boolean | null = null;
  /** What the cells say, until there are more. */
  #known: Shape | null = null;

  /** `last` where the file ends with these bytes. */
  take(bytes: Uint8Array, { last }: { last: boolean }): void {
    if (this.#decoder === null) {
      this.#encoding = encodingOf(bytes);
      this.#decoder = new TextDecoder(this.#encoding);
    }
    this.#read += bytes.length;
    let text = this.#decoder.decode(bytes, { stream: !last });
    if (this.#reader.delimiter === null) text = this.#withoutRemarks(text);
    this.#keep(this.#reader.push(text));
    if (last) this.#keep(this.#reader.finish());
  }

  /** Says whether the first row names the columns. */
  chooseHeader(header: boolean): void {
    this.#headerChosen = header;
    this.#known = null;
  }

  summary(): TableSummary {
    const { header, body, decimal } = this.#shape();
    const first = this.#records[0] ?? [];
    const seen = body.slice(0, sample);
    const count = seen.reduce((most, cells) => Math.max(most, cells.length), first.length);
    return {
      columns: Array.from({ length: count }, (_, place) => columnOf(place, { header, first, seen, decimal })),
      rows: body.length,
      read: this.#read,
      delimiter: this.#reader.delimiter ?? ',',
      decimal,
      encoding: this.#encoding,
      header,
      remarks: this.#remarks,
      crooked: body.reduce((sum, cells) => sum + (cells.length === first.length ? 0 : 1), 0),
      unclosed: this.#reader.quoted,
      full: this.#full,
    };
  }

  rows({ first, last }: { first: number; last: number }): string[][] {
    const from = this.#shape().header ? 1 : 0;
    return this.#records.slice(first + from, last + from);
  }

  /** Columns as numbers, times in milliseconds; every so many rows where there are more than a plot has room for. */
  points({ x, ys }: { x: number | null; ys: readonly number[] }): TablePoints {
    const { body, decimal } = this.#shape();
    const stride = Math.max(1, Math.ceil(body.length / mostPoints));
    const rows = body.filter((_, row) => row % stride === 0);
    const column = (place: number) => Float64Array.from(rows, (cells) => valueOf(cells[place] ?? '', decimal));
    const xs = x === null ? Float64Array.from(rows, (_, row) => row * stride + 1) : column(x);
    return { xs, ys: ys.map(column), of: body.length };
  }

  #keep(records: string[][]): void {
    this.#known = null;
    const room = mostRows - this.#records.length;
    this.#full ||= records.length > room;
    for (const record of records.slice(0, room)) this.#records.push(record);
  }

  /** Instruments write what was set before what was measured. */
  #withoutRemarks(text: string): string {
    const found = /^\uFEFF?(?:#[^\r\n]*(?:\r\n|\r|\n))+/.exec(text)?.[0];
    if (found === undefined) return text;
    this.#remarks = found.split(/\r\n|\r|\n/).length - 1;
    return text.slice(found.length);
  }

  #shape(): Shape {
    if (this.#known) return this.#known;
    const early = this.#records.slice(0, sample + 1);
    // With commas between cells none is in a number.
    const decimal = this.#reader.delimiter === ',' ? '.' : decimalSignOf(early.flat());
    const header = this.#headerChosen ?? namesColumns(early, decimal);
    this.#known = { header, body: header ? this.#records.slice(1) : this.#records, decimal };
    return this.#known;
  }
}

/** Whether the first of these rows names the columns: it has words only, and something below it is none. */
function namesColumns([first, ...below]: readonly string[][], decimal: DecimalSign): boolean {
  if (first === undefined || below.length === 0) return false;
  const isValue = (cell: string) => !Number.isNaN(valueOf(cell, decimal));
  if (first.some(isValue)) return false;
  return below.some((cells) => cells.some(isValue)) || new Set(first).size === first.length;
}

function columnOf(
  place: number,
  { header, first, seen, decimal }: { header: boolean; first: string[]; seen: string[][]; decimal: DecimalSign },
): TableColumn {
  const cells = seen.map((row) => row[place] ?? '');
  const told = cells.filter((cell) => !isMissing(cell));
  const name = (header && first[place]) || `Column ${place + 1}`;
  const letters = Math.max(name.length, ...cells.slice(0, 200).map((cell) => cell.length));
  if (told.length > 0 && told.every((cell) => numberInCell(cell, decimal) !== null))
    return { name, type: 'number', letters };
  const isTime = told.length > 0 && told.every((cell) => timeInCell(cell) !== null);
  return { name, type: isTime ? 'time' : 'text', letters };
}

function valueOf(cell: string, decimal: DecimalSign): number {
  const number = numberInCell(cell, decimal);
  if (number !== null) return number;
  const time = timeInCell(cell);
  return time === null ? Number.NaN : Date.parse(time);
}
