import { decimalSignOf, type DecimalSign } from '@cobench/shared/csv/csv-cells';
import { CsvFault, parseCsv, type CsvTable } from '@cobench/shared/csv/csv-table';
import { seriesEndpoints } from '@cobench/shared/series/endpoints';
import type { Series } from '@cobench/shared/series/series';
import { call } from '#lib/api/call.ts';
import { Submission } from '#lib/api/submission.svelte.ts';
import { nextPart } from './parts.ts';
import { keyed } from './point-keys.ts';
import { readPoints, type ColumnRole, type LineFault, type TablePoint } from './points-table.ts';
import { columnNames, guessRoles, hasHeader, isOneOnly } from './table-columns.ts';

/** More text than that is no table that a browser should read at once. */
const mostCharacters = 50_000_000;

export type ImportResult = { accepted: number; duplicates: number };

/** Points that come from a table: what its columns are, what is wrong with which line, and the sending. */
export class PointsImport {
  /** The table as it was read; null while there is none. */
  table = $state.raw<CsvTable | null>(null);
  /** What it is called: a file, or what was pasted. */
  name = $state('');
  /** Why it could not be read at all. */
  unreadable = $state<string | null>(null);
  header = $state(true);
  sign = $state<DecimalSign>('.');
  roles = $state.raw<readonly ColumnRole[]>([]);
  /** Lines with faults are left out, rather than keeping the others back. */
  leaveOut = $state(false);
  /** How many points were answered for so far. */
  sent = $state(0);
  /** What became of those that were sent: all of them when `done`. */
  result = $state.raw<ImportResult>({ accepted: 0, duplicates: 0 });
  done = $state(false);
  /** The line that the server refused. */
  refused = $state.raw<LineFault | null>(null);
  readonly submission = new Submission();
  readonly #series: Pick<Series, 'id' | 'chart'>;
  #stopped = false;

  readonly columns = $derived.by(() => columnNames(this.table?.records ?? [], this.header));
  readonly rows = $derived.by(() => (this.table?.records ?? []).slice(this.header ? 1 : 0));
  readonly read = $derived.by(() => {
    const { columns, roles, sign, rows } = this;
    if (!roles.includes('value')) return { points: [], faults: [] };
    return readPoints(rows, { columns, roles, sign, chart: this.#series.chart });
  });
  readonly ready = $derived.by(() => {
    const { points, faults } = this.read;
    return points.length > 0 && (faults.length === 0 || this.leaveOut) && !this.done;
  });
  /** Nothing tells its lines from those of another file: it is known again only as a whole. */
  readonly knownAsWhole = $derived.by(
    () => !this.roles.some((role) => role === 'time' || role === 'label' || role === 'key'),
  );

  constructor(series: Pick<Series, 'id' | 'chart'>) {
    this.#series = series;
  }

  async takeFile(file: Blob & { name: string }): Promise<void> {
    if (file.size > mostCharacters) {
      this.clear();
      this.unreadable = 'It is larger than 50 MB: divide it.';
      return;
    }
    this.take(await file.text(), file.name);
  }

  take(text: string, name: string): void {
    this.clear();
    this.name = name;
    try {
      const table = parseCsv(text);
      if (table.records.length === 0) throw new CsvFault(1, 'There is nothing in it.');
      this.table = table;
      // Where commas part the cells, none is in a number that is not in quotes.
      this.sign = decimalSignOf(table.records.slice(0, 200).flatMap(({ cells }) => cells));
      this.header = hasHeader(table.records, this.sign);
      this.#guess();
    } catch (error) {
      if (!(error instanceof CsvFault)) throw error;
      this.unreadable = `Line ${error.line}: ${error.message}`;
    }
  }

  clear(): void {
    this.table = null;
    this.unreadable = null;
    this.leaveOut = false;
    this.#again();
  }

  setHeader(header: boolean): void {
    this.header = header;
    this.#guess();
  }

  setSign(sign: DecimalSign): void {
    this.sign = sign;
    this.#guess();
  }

  setRole(column: number, role: ColumnRole): void {
    this.roles = this.roles.map((old, i) => {
      if (i === column) return role;
      return old === role && isOneOnly(role) ? 'none' : old;
    });
    this.#again();
  }

  /** Sends the points, part by part, until all are in, one is refused, or it is stopped. What is in stays in. */
  async send(): Promise<void> {
    const { points } = this.read;
    if (!this.ready || this.submission.busy) return;
    this.#again();
    this.#stopped = false;
    await this.submission.send(async () => {
      const withKeys = keyed(points);
      while (this.sent < points.length && !this.#stopped) {
        const part = nextPart(points, this.sent);
        const { accepted, duplicates } = await this.#sendPart(part, withKeys);
        this.result = {
          accepted: this.result.accepted + accepted,
          duplicates: this.result.duplicates + duplicates,
        };
        this.sent += part.length;
      }
      this.done = this.sent === points.length;
    });
    if (this.submission.problem) this.refused = this.#refusedLine(points);
  }

  /** No more is sent than what is under way. */
  stop(): void {
    this.#stopped = true;
  }

  #sendPart(part: readonly TablePoint[], withKeys: ReturnType<typeof keyed>) {
    return call(seriesEndpoints.addPoints, { id: this.#series.id, points: withKeys(part) });
  }

  #refusedLine(points: readonly TablePoint[]): LineFault | null {
    const problem = this.submission.fields?.[0];
    const place = /^\/points\/(\d+)/.exec(problem?.pointer ?? '')?.[1];
    const point = place === undefined ? undefined : points[this.sent + Number(place)];
    return problem && point ? { line: point.line, words: problem.detail } : null;
  }

  #guess(): void {
    this.roles = guessRoles(this.columns, { rows: this.rows, sign: this.sign });
    this.#again();
  }

  #again(): void {
    this.sent = 0;
    this.result = { accepted: 0, duplicates: 0 };
    this.done = false;
    this.refused = null;
    this.submission.problem = null;
  }
}
