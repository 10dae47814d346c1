import type { Doc, Value } from '../bson/value.ts';
import { badValue, failedToParse } from './errors.ts';
import { compileFilter } from './filter.ts';

/** The `arrayFilters` of an update: for each identifier which elements it means. `used` is filled by who uses them. */
export function compileElementFilters(arrayFilters: readonly Doc[]): {
  filters: Map<string, (element: Value) => boolean>;
  used: Set<string>;
} {
  const filters = new Map<string, (element: Value) => boolean>();
  for (const given of arrayFilters) {
    const filter = compileFilter(given);
    const [identifier, other] = new Set(identifiers(given));
    if (identifier === undefined)
      throw failedToParse('Cannot use an expression without a top-level field name in arrayFilters');
    if (other !== undefined)
      throw failedToParse(
        `Error parsing array filter :: caused by :: Expected a single top-level field name, found '${identifier}' and '${other}'`,
      );
    if (!/^[a-z][a-zA-Z0-9]*$/.test(identifier))
      throw badValue(
        `Error parsing array filter :: caused by :: The top-level field name must be an alphanumeric string beginning with a lowercase letter, found '${identifier}'`,
      );
    if (filters.has(identifier))
      throw failedToParse(`Found multiple array filters with the same top-level field name ${identifier}`);
    filters.set(identifier, (element) => filter.matches(new Map([[identifier, element]])));
  }
  return { filters, used: new Set() };
}

function identifiers(filter: Doc): string[] {
  return [...filter].flatMap(([name, value]) => {
    if (!name.startsWith('$')) return [name.split('.')[0] ?? ''];
    return Array.isArray(value) ? value.flatMap((clause) => (clause instanceof Map ? identifiers(clause) : [])) : [];
  });
}
