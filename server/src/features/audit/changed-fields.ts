/** What every write moves and nobody asks about. */
const bookkeeping = new Set(['version', 'updatedAt', 'lastUsedAt']);

/**
 * The fields that differ between two states of a record, as JSON texts; a state that is not there is null, and then the
 * other is told whole.
 */
export function changedFields(
  before: object | null,
  after: object | null,
): { before: string | null; after: string | null } {
  const [was, is] = [fieldsOf(before), fieldsOf(after)];
  const names = [...new Set([...was.keys(), ...is.keys()])].filter((name) => !bookkeeping.has(name));
  const differing = names.filter((name) => !before || !after || text(was.get(name)) !== text(is.get(name)));
  const told = (fields: Map<string, unknown>) =>
    JSON.stringify(Object.fromEntries(differing.map((name) => [name, fields.get(name)])));
  return { before: before && told(was), after: after && told(is) };
}

const fieldsOf = (state: object | null) => new Map<string, unknown>(Object.entries(state ?? {}));

const text = (value: unknown): string | undefined => JSON.stringify(value);
