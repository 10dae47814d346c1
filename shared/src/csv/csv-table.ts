/** One record of a file of values, with the line of the file that it begins on (the first is 1). */
export type CsvRecord = { line: number; cells: string[] };
export type CsvDelimiter = ',' | ';' | '\t';
export type CsvTable = { delimiter: CsvDelimiter; records: CsvRecord[] };

/** What is wrong with a file of values, and where. */
export class CsvFault extends Error {
  readonly line: number;

  constructor(line: number, words: string) {
    super(words);
    this.name = 'CsvFault';
    this.line = line;
  }
}

/**
 * Reads a file of values (RFC 4180), strictly: cells in quotes may hold delimiters, line ends and doubled quotes. Lines may
 * end in CRLF, LF or CR; a byte order mark and empty lines are passed over. The delimiter is what the first line has:
 * semicolons as European spreadsheets write them, tabs as spreadsheets copy them, else commas; a first line `sep=;` says it.
 * @throws CsvFault where quotes do not match.
 */
export function parseCsv(text: string): CsvTable {
  const told = /^\uFEFF?sep=([,;\t])(?:\r\n|\r|\n|$)/i.exec(text);
  const from = told?.[0].length ?? (text.startsWith('\uFEFF') ? 1 : 0);
  const delimiter = (told?.[1] as CsvDelimiter | undefined) ?? delimiterOf(text.slice(from));
  return { delimiter, records: recordsOf(text, { from, delimiter, line: told ? 2 : 1 }) };
}

function recordsOf(
  text: string,
  { from, delimiter, line: firstLine }: { from: number; delimiter: CsvDelimiter; line: number },
): CsvRecord[] {
  const records: CsvRecord[] = [];
  let line = firstLine;
  let record: CsvRecord = { line, cells: [] };
  let at = from;
  let quoted = false;

  function endRecord(): void {
    const blank = record.cells.length === 1 && record.cells[0] === '' && !quoted;
    if (!blank) records.push(record);
    record = { line, cells: [] };
    quoted = false;
  }

  while (at < text.length) {
    const cell = text[at] === '"' ? quotedCell(text, at, line) : plainCell(text, at, { delimiter, line });
    quoted = quoted || text[at] === '"';
    record.cells.push(cell.text);
    line += cell.breaks;
    at = cell.end;
    const next = text[at];
    if (next === delimiter) {
      at++;
      if (at < text.length) continue;
      record.cells.push('');
    } else if (next !== undefined && next !== '\r' && next !== '\n') {
      throw new CsvFault(line, 'There is something between a closing quote and the end of the cell.');
    }
    at += next === '\r' && text[at + 1] === '\n' ? 2 : 1;
    line++;
    endRecord();
  }
  return records;
}

type Cell = { text: string; end: number; breaks: number };

function quotedCell(text: string, at: number, line: number): Cell {
  let end = at;
  do {
    end = text.indexOf('"', end + 1);
    if (end < 0) throw new CsvFault(line, 'A quote is opened and never closed.');
    // A doubled quote stands for one.
    if (text[end + 1] !== '"') break;
    end++;
  } while (end >= 0);
  const inside = text.slice(at + 1, end);
  return { text: inside.replaceAll('""', '"'), end: end + 1, breaks: inside.match(/\r\n|\r|\n/g)?.length ?? 0 };
}

function plainCell(text: string, at: number, { delimiter, line }: { delimiter: CsvDelimiter; line: number }): Cell {
  let end = at;
  while (end < text.length && text[end] !== delimiter && text[end] !== '\r' && text[end] !== '\n') {
    if (text[end] === '"') throw new CsvFault(line, 'A quote stands inside a cell that is not quoted.');
    end++;
  }
  return { text: text.slice(at, end).trim(), end, breaks: 0 };
}

/** So much of the text tells how its first line is parted. */
const longestFirstLine = 20_000;

/** The delimiter of a file of values, by its first line. */
export function delimiterOf(whole: string): CsvDelimiter {
  const text = whole.slice(0, longestFirstLine);
  const first =
    text
      .trimStart()
      .replaceAll(/"(?:[^"]|"")*"/g, '')
      .split(/\r|\n/, 1)[0] ?? '';
  return ([';', '\t'] as const).find((delimiter) => first.includes(delimiter)) ?? ',';
}
