import { isLogged, logLine } from '@cobench/shared/runs/log-line';
import type { RunEvent } from '@cobench/shared/runs/run-event';
import { stringify } from 'csv-stringify/sync';

/** The log as a file: a line of text for each, or the events as they are. */
export async function* logText(
  batches: AsyncIterable<readonly RunEvent[]>,
  format: 'text' | 'json',
): AsyncGenerator<string, void, undefined> {
  for await (const events of batches) {
    const lines = events.filter(isLogged).map((event) => {
      if (format === 'json') return `${JSON.stringify(event)}\n`;
      const { at, level, text } = logLine(event);
      return `${at}  ${level.toUpperCase().padEnd(7)}  ${text.replaceAll(/\r\n?|[\n\u2028\u2029]/g, '\n    ')}\n`;
    });
    yield lines.join('');
  }
}

/** The measured points as a table, of one metric or of all. */
export async function* telemetryCsv(
  batches: AsyncIterable<readonly RunEvent[]>,
  metric: string | undefined,
): AsyncGenerator<string, void, undefined> {
  const quantities = new Map<string, string>();
  /** Name and unit as cells, once for each; what a spreadsheet would take for a formula is kept from being one. */
  const cells = (name: string, unit: string): string => {
    const key = JSON.stringify([name, unit]);
    const known = quantities.get(key) ?? stringify([[name, unit]], { escape_formulas: true }).trimEnd();
    quantities.set(key, known);
    return known;
  };
  yield 'seq,at,metric,unit,value\n';
  for await (const events of batches) {
    const rows = events.flatMap((event) => {
      if (event.kind !== 'metric' || (metric !== undefined && event.name !== metric)) return [];
      return [`${event.seq},${event.observedAt ?? event.at},${cells(event.name, event.unit)},${event.value}\n`];
    });
    yield rows.join('');
  }
}
