import type { AuditEntry } from '@cobench/shared/audit/audit';
import { stringify } from 'csv-stringify/sync';

/** The trail as a file, an entry a line. */
export async function* auditFile(
  entries: AsyncIterable<AuditEntry>,
  format: 'csv' | 'json',
): AsyncGenerator<string, void, undefined> {
  if (format === 'csv') yield stringify([columns.map(([name]) => name)]);
  for await (const entry of entries) yield format === 'csv' ? csvLine(entry) : `${JSON.stringify(entry)}\n`;
}

/** What a spreadsheet would take for a formula is kept from being one. */
const csvLine = (entry: AuditEntry): string =>
  stringify([columns.map(([, read]) => read(entry))], { escape_formulas: true });

const columns: readonly (readonly [string, (entry: AuditEntry) => string | number])[] = [
  ['seq', ({ seq }) => seq],
  ['at', ({ at }) => at],
  ['by', ({ by }) => by.name],
  ['by_kind', ({ by }) => by.kind],
  ['by_id', ({ by }) => by.id],
  ['through', ({ by }) => by.through],
  ['action', ({ action }) => action],
  ['outcome', ({ outcome }) => outcome],
  ['record_kind', ({ record }) => record.kind],
  ['record_id', ({ record }) => record.id],
  ['record', ({ record }) => record.name],
  ['reason', ({ reason }) => reason],
  ['before', ({ before }) => (before ? JSON.stringify(before) : '')],
  ['after', ({ after }) => (after ? JSON.stringify(after) : '')],
  ['hash', ({ hash }) => hash],
];
