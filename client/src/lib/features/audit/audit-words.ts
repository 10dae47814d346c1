import { auditedActions, auditedKinds, kindOf, type AuditAction, type AuditKind } from '@cobench/shared/audit/actions';
import type { AuditEntry } from '@cobench/shared/audit/audit';
import { paths } from '#lib/shell/paths.ts';

/** What somebody did or wanted, without the record's name: “Deleted project”, “Signed in”, “Refused: delete project”. */
export function actionWords({ action, outcome, record: { kind } }: AuditEntry): string {
  if (outcome === 'refused') return `Refused: ${wished(action)}`;
  const done = capitalised(isAudited(action) ? auditedActions[action] : action);
  return kind === 'session' ? done : `${done} ${auditedKinds[kind]}`;
}

function wished(action: AuditAction): string {
  if (action === 'session.begin') return 'sign in';
  const kind = kindOf(action);
  return `${action.slice(kind.length + 1).replaceAll('-', ' ')} ${auditedKinds[kind]}`;
}

/** Who did it, where that is no person. */
export const doerWords = ({ kind, name }: AuditEntry['by']): string => {
  switch (kind) {
    case 'person':
      return name;
    case 'key':
      return `Key “${name}”`;
    case 'provider':
      return 'Sign-in provider';
    case 'visitor':
      return name === '' ? 'Somebody' : `Somebody as ${name}`;
    case 'operator':
      return `${name} (operator)`;
    case 'system':
      return 'Cobench';
    default:
      return kind satisfies never;
  }
};

/** The page of a record; null where it has none. */
export const pageOf = ({ kind, id }: AuditEntry['record']): string | null =>
  id === '' ? null : (pages[kind]?.(id) ?? null);

const pages: Partial<Record<AuditKind, (id: string) => string>> = {
  project: paths.notebookOf,
  entry: paths.entry,
  run: paths.run,
  series: paths.series,
};

/** One field that changed, as texts; null where it was or is not there. */
export type ChangedField = { name: string; before: string | null; after: string | null };

/** The fields of an entry side by side. */
export function changedFields({ before, after }: Pick<AuditEntry, 'before' | 'after'>): ChangedField[] {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return names.map((name) => ({ name, before: told(before?.[name]), after: told(after?.[name]) }));
}

/** What changed, where it fits in a line: “role: engineer → viewer”. */
export function changeWords(entry: Pick<AuditEntry, 'before' | 'after'>): string {
  if (entry.before === null || entry.after === null) return '';
  const fields = changedFields(entry).filter(({ name }) => name !== 'name' && name !== 'title');
  const [field] = fields;
  if (!field || fields.length > 1) return '';
  const text = `${field.name}: ${field.before ?? '–'} → ${field.after ?? '–'}`;
  return text.length > 80 ? '' : text;
}

function told(value: unknown): string | null {
  if (value === undefined || value === null || value === '') return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const isAudited = (action: AuditAction): action is keyof typeof auditedActions => action in auditedActions;
/** The same as the first word of a line. */
export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
