import type { Doc, Value } from '../bson/value.ts';
import { badValue, notSupported } from '../language/errors.ts';

/** Takes `{$meta: 'textScore'}` out of a projection or sort: its other fields, and the names that stand for the score. */
export function splitTextScore(spec: Doc | undefined): { rest: Doc | undefined; names: string[] } {
  const names = [...(spec ?? [])].filter(([, value]) => isTextScore(value)).map(([name]) => name);
  if (names.length === 0) return { rest: spec, names };
  const rest = new Map([...(spec ?? [])].filter(([name]) => !names.includes(name)));
  return { rest: rest.size > 0 ? rest : undefined, names };
}

function isTextScore(value: Value): boolean {
  if (!(value instanceof Map) || !value.has('$meta')) return false;
  if (value.get('$meta') !== 'textScore') throw notSupported('$meta other than textScore');
  return true;
}

/** A text search gives its documents by score already, so a sort by score and nothing else is no work. */
export function sortWithoutScore(sort: Doc | undefined, isTextSearch: boolean): Doc | undefined {
  const { rest, names } = splitTextScore(sort);
  if (names.length > 0 && !isTextSearch) throw badValue('query requires text score metadata, but it is not available');
  if (names.length > 0 && rest) throw notSupported('A sort by textScore and other fields');
  return rest;
}
