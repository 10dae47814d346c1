import { Role, roleTitle } from '@cobench/shared/access/roles';
import type { Schema } from './openapi.ts';

/** The name of the schema a reference points at, or null. */
export const refName = ({ $ref }: Schema): string | null => $ref?.split('/').at(-1) ?? null;

/** A type in words: “text, at most 120 characters”, “whole number from 1 to 200”, “list of Run”, “Instant or null”. */
export function typeWords(schema: Schema): string {
  const name = refName(schema);
  if (name !== null) return name;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return choices.map(typeWords).join(' or ');
  const types = [schema.type ?? 'anything'].flat();
  return types.map((type) => plainWords(type, schema)).join(' or ');
}

/** The schema whose fields are worth unfolding: of an object, of the items of a list, or of what is not null. */
export function fieldsOf(schema: Schema, named: Record<string, Schema>): Schema[] {
  const name = refName(schema);
  if (name !== null) return named[name] ? fieldsOf(named[name], named) : [];
  if (schema.properties) return [schema];
  if (schema.items) return fieldsOf(schema.items, named);
  return (schema.anyOf ?? schema.oneOf ?? []).flatMap((choice) => fieldsOf(choice, named));
}

/** Who may call an endpoint with this minimum role; null: everybody who is signed in. */
export function whoMay(minimumRole: string | null): string {
  const role = Role.safeParse(minimumRole).data;
  if (role === undefined || role === 'viewer') return 'Everybody signed in';
  return role === 'admin' ? roleTitle.admin : `${roleTitle[role]} and up`;
}

function plainWords(type: string, schema: Schema): string {
  if (type === 'string')
    return schema.format === undefined
      ? `text${bounds(schema.minLength, schema.maxLength, ' characters')}`
      : (formats[schema.format] ?? schema.format);
  if (type === 'integer') return `whole number${bounds(schema.minimum, schema.maximum)}`;
  if (type === 'number') return `number${bounds(schema.minimum, schema.maximum)}`;
  if (type === 'boolean') return 'true or false';
  if (type === 'array')
    return `list of ${schema.items ? typeWords(schema.items) : 'anything'}${bounds(undefined, schema.maxItems)}`;
  return type;
}

const formats: Record<string, string> = { uuid: 'id', 'date-time': 'instant (ISO 8601, UTC)' };

/** Limits that only say how computers keep numbers are left out. */
function bounds(least: number | undefined, most: number | undefined, unit = ''): string {
  const low =
    least !== undefined && least > Number.MIN_SAFE_INTEGER && !(unit !== '' && least <= 1) ? least : undefined;
  const high = most !== undefined && most < Number.MAX_SAFE_INTEGER ? most : undefined;
  if (low !== undefined && high !== undefined) return ` from ${low} to ${high}${unit}`;
  if (low !== undefined) return `, at least ${low}${unit}`;
  return high === undefined ? '' : `, at most ${high}${unit}`;
}
