import { auditKinds, type AuditKind } from '@cobench/shared/audit/actions';
import { Id } from '@cobench/shared/ids';
import { auditEndpoints, type AuditEntry } from '@cobench/shared/audit/audit';

/** Which entries are shown; `from` and `to` are days of the calendar here, YYYY-MM-DD, both included. */
export type AuditChoice = {
  kind: AuditKind | null;
  outcome: AuditEntry['outcome'] | null;
  person: string | null;
  record: string | null;
  from: string | null;
  to: string | null;
};

/** The choice that an address names; what it does not understand it leaves out. */
export const choiceIn = (query: Pick<URLSearchParams, 'get'>): AuditChoice => ({
  kind: auditKinds.find((kind) => kind === query.get('kind')) ?? null,
  outcome: (['done', 'refused'] as const).find((outcome) => outcome === query.get('outcome')) ?? null,
  person: Id.safeParse(query.get('person')).data ?? null,
  record: query.get('record'),
  from: dayIn(query.get('from')),
  to: dayIn(query.get('to')),
});

export const isNarrowed = (choice: AuditChoice): boolean => Object.values(choice).some((value) => value !== null);

/** The address of the file with the chosen entries. */
export function exportAddress(choice: AuditChoice, format: 'csv' | 'json'): string {
  const chosen = Object.entries({ format, ...filterOf(choice) }).filter(([, value]) => value !== undefined);
  return `${auditEndpoints.export.path}?${new URLSearchParams(chosen.map(([name, value]) => [name, String(value)])).toString()}`;
}

/** The same for the API. */
export function filterOf({ kind, outcome, person, record, from, to }: AuditChoice) {
  return {
    kind: kind ?? undefined,
    outcome: outcome ?? undefined,
    person: person ?? undefined,
    record: record ?? undefined,
    from: from === null ? undefined : startOf(from, 0),
    until: to === null ? undefined : startOf(to, 1),
  };
}

const dayIn = (text: string | null): string | null =>
  text !== null && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : null;

/** The moment at which a day begins here, or the day so many after it. */
function startOf(day: string, daysLater: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + daysLater).toISOString();
}
